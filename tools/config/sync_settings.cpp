// The settings of following Folkeregisteret: a part of the table.
#include "tools/config/setting_rows.h"

#include <array>

namespace grunndata::tools::config {

namespace {

/// All elements there are, with history.
constexpr std::string_view default_parts =
    "person-basis,historikk,identitetsgrunnlag-utvidet,relasjon-utvidet,foedselINorge,innflytting,"
    "utflytting,opphold,oppholdPaaSvalbard,bibehold,utlendingsmyndighetenesIdentifikasjonsnummer,"
    "rettsligHandleevne,brukAvSamiskSpraak";

const std::string& text_of(const Value& value) { return std::get<std::string>(value); }
std::uint32_t count_of(const Value& value) {
  return static_cast<std::uint32_t>(std::get<std::int64_t>(value));
}

constexpr std::array rows{
    Setting{.key = "sync.folkeregisteret.mode",
            .kind = Kind::choice,
            .default_text = "off",
            .unit = "",
            .description = "Whether a server follows Folkeregisteret by itself.",
            .assign = [](Config& c, const Value& v) { c.sync.enabled = text_of(v) == "on"; },
            .choices = "off|on"},
    Setting{.key = "sync.folkeregisteret.base_url",
            .kind = Kind::text,
            .default_text = "",
            .unit = "URL",
            .description = "Folkeregisteret's services up to their version: "
                           "https://folkeregisteret.api.skatteetaten.no/folkeregisteret/"
                           "offentlig-med-hjemmel/api/v1. Plain http on loopback only.",
            .assign = [](Config& c, const Value& v) { c.sync.base_url = text_of(v); }},
    Setting{.key = "sync.folkeregisteret.parts",
            .kind = Kind::text,
            .default_text = default_parts,
            .unit = "names",
            .description =
                "What is asked for of a person, with commas between; empty: what the source gives "
                "unasked.",
            .assign = [](Config& c, const Value& v) { c.sync.parts = text_of(v); }},
    Setting{.key = "sync.folkeregisteret.connections",
            .kind = Kind::integer,
            .default_text = "4",
            .unit = "connections",
            .description = "Persons are fetched on so many at once.",
            .assign = [](Config& c, const Value& v) { c.sync.connections = count_of(v); },
            .min = 1,
            .max = 64},
    Setting{.key = "sync.folkeregisteret.poll_seconds",
            .kind = Kind::integer,
            .default_text = "60",
            .unit = "seconds",
            .description = "Between questions when nothing is new.",
            .assign = [](Config& c, const Value& v) { c.sync.poll_seconds = count_of(v); },
            .min = 1,
            .max = 86400},
    Setting{.key = "sync.folkeregisteret.frozen_after_minutes",
            .kind = Kind::integer,
            .default_text = "360",
            .unit = "minutes",
            .description = "Without a new event for so long, the source counts as standing still.",
            .assign = [](Config& c, const Value& v) { c.sync.frozen_after_minutes = count_of(v); },
            .min = 1,
            .max = 525600},
    Setting{.key = "sync.folkeregisteret.backoff_max_seconds",
            .kind = Kind::integer,
            .default_text = "60",
            .unit = "seconds",
            .description = "Longest wait before a failed request is sent again.",
            .assign = [](Config& c, const Value& v) { c.sync.backoff_max_seconds = count_of(v); },
            .min = 1,
            .max = 3600},
    Setting{.key = "sync.folkeregisteret.bootstrap_when_lost",
            .kind = Kind::choice,
            .default_text = "yes",
            .unit = "",
            .description =
                "Whether a complete extract is ordered anew when the position in the feed is lost "
                "(older than 36 months, or the feed was filled anew).",
            .assign = [](Config& c,
                         const Value& v) { c.sync.bootstrap_when_lost = text_of(v) == "yes"; },
            .choices = "yes|no"},
    Setting{.key = "sync.folkeregisteret.maskinporten_issuer",
            .kind = Kind::text,
            .default_text = "",
            .unit = "URL",
            .description =
                "Who gives tokens: https://maskinporten.no/, its slash included. Empty: no token "
                "is sent.",
            .assign = [](Config& c, const Value& v) { c.sync.maskinporten_issuer = text_of(v); }},
    Setting{.key = "sync.folkeregisteret.maskinporten_token_endpoint",
            .kind = Kind::text,
            .default_text = "",
            .unit = "URL",
            .description = "Where; empty: the issuer's own.",
            .assign = [](Config& c,
                         const Value& v) { c.sync.maskinporten_token_endpoint = text_of(v); }},
    Setting{.key = "sync.folkeregisteret.maskinporten_client",
            .kind = Kind::text,
            .default_text = "",
            .unit = "id",
            .description = "The client's id at Maskinporten.",
            .assign = [](Config& c, const Value& v) { c.sync.maskinporten_client = text_of(v); }},
    Setting{.key = "sync.folkeregisteret.maskinporten_scope",
            .kind = Kind::text,
            .default_text = "folkeregister:deling/offentligmedhjemmel",
            .unit = "scopes",
            .description = "With blanks between.",
            .assign = [](Config& c, const Value& v) { c.sync.maskinporten_scope = text_of(v); }},
    Setting{.key = "sync.folkeregisteret.maskinporten_consumer",
            .kind = Kind::text,
            .default_text = "",
            .unit = "orgnr",
            .description = "On behalf of whom, when delegated in Altinn.",
            .assign = [](Config& c, const Value& v) { c.sync.maskinporten_consumer = text_of(v); }},
    Setting{.key = "sync.folkeregisteret.maskinporten_key_file",
            .kind = Kind::text,
            .default_text = "",
            .unit = "path",
            .description = "The client's private RSA key, PEM or JWK, for its owner only.",
            .assign = [](Config& c, const Value& v) { c.sync.maskinporten_key_file = text_of(v); }},
    Setting{.key = "sync.folkeregisteret.maskinporten_key_id",
            .kind = Kind::text,
            .default_text = "",
            .unit = "id",
            .description = "The key's kid as registered; empty: that of the JWK.",
            .assign = [](Config& c, const Value& v) { c.sync.maskinporten_key_id = text_of(v); }},
};

} // namespace

std::span<const Setting> sync_settings() noexcept { return rows; }

} // namespace grunndata::tools::config
