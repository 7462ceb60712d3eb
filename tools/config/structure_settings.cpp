// The settings of the sources of the enterprise structure: a part of the table.
#include "tools/config/setting_rows.h"

#include <array>

namespace grunndata::tools::config {

namespace {

const std::string& text_of(const Value& value) { return std::get<std::string>(value); }

constexpr std::array rows{
    Setting{.key = "enhetsregisteret.industries",
            .kind = Kind::text,
            .default_text = "",
            .unit = "codes",
            .description = "Units whose naeringskode begins so are taken, with everybody above "
                           "them: \"86,87\". This, forms, parents and units together pick; all "
                           "empty: every unit.",
            .assign = [](Config& c, const Value& v) { c.structure.industries = text_of(v); },
            .flag = "--industries"},
    Setting{.key = "enhetsregisteret.forms",
            .kind = Kind::text,
            .default_text = "",
            .unit = "codes",
            .description = "Units of these organisasjonsformer are taken: \"KOMM,FYLK\".",
            .assign = [](Config& c, const Value& v) { c.structure.forms = text_of(v); },
            .flag = "--forms"},
    Setting{.key = "enhetsregisteret.parents",
            .kind = Kind::text,
            .default_text = "",
            .unit = "orgnr",
            .description = "These units are taken, and every unit below them.",
            .assign = [](Config& c, const Value& v) { c.structure.parents = text_of(v); },
            .flag = "--parents"},
    Setting{.key = "enhetsregisteret.units",
            .kind = Kind::text,
            .default_text = "",
            .unit = "orgnr",
            .description = "These units are taken, and every unit above them.",
            .assign = [](Config& c, const Value& v) { c.structure.units = text_of(v); },
            .flag = "--units"},
    Setting{.key = "resh.fields",
            .kind = Kind::text,
            .default_text = "",
            .unit = "names",
            .description = "What an export of RESH calls its fields, where it differs from ours: "
                           "\"reshId=EnhetsId,navn=Navn\".",
            .assign = [](Config& c, const Value& v) { c.structure.resh_fields = text_of(v); },
            .flag = "--fields"},
    Setting{.key = "resh.list",
            .kind = Kind::text,
            .default_text = "enheter",
            .unit = "path",
            .description = "Where the units stand in an export of RESH that is one object: names "
                           "of members with dots between.",
            .assign = [](Config& c, const Value& v) { c.structure.resh_list = text_of(v); },
            .flag = "--list"},
};

} // namespace

std::span<const Setting> structure_settings() noexcept { return rows; }

} // namespace grunndata::tools::config
