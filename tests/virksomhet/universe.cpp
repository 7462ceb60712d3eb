#include "tests/virksomhet/universe.h"

namespace grunndata::registry::virksomhet::stories {

namespace {

constexpr std::string_view extracted = "2026-03-01";

void load_enhetsregisteret(Town& town) {
  const auto ledd = [](std::string_view key, std::string_view name, std::string_view parent) {
    return NodeBuilder(NodeType::organisasjonsledd, key)
        .named(name)
        .under(NodeRelation::juridisk, parent);
  };
  const auto deleted = [](std::string_view key, std::string_view name, std::string_view date) {
    return NodeBuilder(NodeType::juridisk_enhet, key).named(name).closed(date).remainder();
  };
  load(town, NodeSource::enhetsregisteret, extracted,
       {juridisk("ENH:310000078", "HELSE FJORDLAND RHF"),
        NodeBuilder(NodeType::juridisk_enhet, "ENH:310000140")
            .named("NORDVIK SYKEHUS HF", during("2001-12-20", "2009-01-01"))
            .named("FJORDLAND UNIVERSITETSSYKEHUS HF", from("2009-01-01")),
        deleted("ENH:310000213", "SØRVIK SYKEHUS HF", "2023-01-02"),
        juridisk("ENH:310000639", "NORDVIK KOMMUNE"),
        deleted("ENH:310000701", "SØRVIK KOMMUNE", "2020-01-15"),
        ledd("ENH:310000779", "NORDVIK KOMMUNE HELSE OG MESTRING", "ENH:310000639"),
        ledd("ENH:310000841", "NORDVIK KOMMUNE SYKEHJEM OG OMSORG", "ENH:310000779"),
        juridisk("ENH:310001120", "FJORDLAND LEGEVAKT IKS"),
        juridisk("ENH:310001333", "SPESIALISTPRAKSIS HAVGLIMT").personal(),
        underenhet("ENH:310000280", "NORDVIK - SOMATIKK", "ENH:310000140"),
        underenhet("ENH:310000353", "DPS NORDVIK - VOKSNE", "ENH:310000140"),
        underenhet("ENH:310000426", "SØRVIK - SOMATIKK", "ENH:310000140", from("2023-01-01")),
        NodeBuilder(NodeType::underenhet, "ENH:310000493")
            .named("SØRVIK - LABORATORIUM")
            .closed("2023-06-30")
            .remainder(),
        underenhet("ENH:310000566", "ADMINISTRASJON", "ENH:310000140").administrative(),
        underenhet("ENH:310000914", "NORDVIK SYKEHJEM", "ENH:310000841"),
        underenhet("ENH:310000981", "NORDVIK HJEMMETJENESTE", "ENH:310000841"),
        underenhet("ENH:310001058", "FJORDLAND LEGEVAKT NORDVIK", "ENH:310001120",
                   from("2024-01-01")),
        underenhet("ENH:310001406", "SPESIALISTPRAKSIS HAVGLIMT", "ENH:310001333")});
}

void load_resh(Town& town) {
  load(town, NodeSource::resh, extracted,
       {ward("RSH:4990001", "Helse Fjordland RHF", {}, "ENH:310000078"),
        ward("RSH:4990010", "Fjordland universitetssykehus HF", "RSH:4990001", "ENH:310000140"),
        ward("RSH:4990020", "Nordvik sykehus", "RSH:4990010", "ENH:310000280"),
        ward("RSH:4990030", "Medisinsk klinikk", "RSH:4990020"),
        ward("RSH:4990040", "Hjertemedisinsk avdeling", "RSH:4990030"),
        ward("RSH:4990041", "Nyremedisinsk seksjon", "RSH:4990030"),
        ward("RSH:4990050", "Hjerteovervåkingen", "RSH:4990040"),
        ward("RSH:4990060", "Klinikk for psykisk helsevern", "RSH:4990010"),
        ward("RSH:4990061", "DPS Nordvik", "RSH:4990060", "ENH:310000353"),
        ward("RSH:4990062", "Ruspoliklinikken DPS Nordvik", "RSH:4990061").withheld(),
        ward("RSH:4990070", "Sørvik sykehus", "RSH:4990010", "ENH:310000426"),
        ward("RSH:4990071", "Medisinsk avdeling Sørvik", "RSH:4990070")});
}

void load_addresses(Town& town) {
  const auto party = [](std::string_view key, std::string_view name, std::string_view parent,
                        std::string_view speaks_for) {
    NodeBuilder builder(NodeType::kommunikasjonspart, key);
    builder.named(name);
    if (!parent.empty()) {
      builder.under(NodeRelation::kommunikasjon, parent, {}, RelationKind::parent);
    }
    if (!speaks_for.empty()) {
      builder.under(NodeRelation::kommunikasjon, speaks_for, {}, RelationKind::speaks_for);
    }
    return builder;
  };
  load(town, NodeSource::adresseregisteret, extracted,
       {party("HER:8990001", "Fjordland universitetssykehus HF", {}, "ENH:310000140"),
        party("HER:8990011", "Hjertesykdommer, poliklinikk", "HER:8990001", {}),
        party("HER:8990025", "Fjordland legevakt IKS", {}, "ENH:310001120"),
        party("HER:8990021", "Legevakt", "HER:8990025", {})});
  load(town, NodeSource::gln, extracted,
       {NodeBuilder::about("ENH:310000140").goes_by("GLN:7099999000019"),
        NodeBuilder::about("ENH:310000280").goes_by("GLN:7099999000026", from("2010-01-01")),
        NodeBuilder::about("RSH:4990040").goes_by("GLN:7099999000040", from("2015-01-01"))});
}

void load_reviewed(Town& town) {
  NodeBatch reviewed =
      batch(NodeSource::kuratert, extracted,
            {NodeBuilder::about("ENH:310000140")
                 .under(NodeRelation::eierskap, "ENH:310000078", during("2001-12-10", "")),
             NodeBuilder::about("ENH:310000213")
                 .under(NodeRelation::eierskap, "ENH:310000078",
                        during("2001-12-10", "2023-01-01")),
             NodeBuilder::about("ENH:310001120")
                 .under(NodeRelation::eierskap, "ENH:310000639", during("2023-09-01", "")),
             NodeBuilder::about("ENH:310001058")
                 .under(NodeRelation::juridisk, "ENH:310000779",
                        during("2012-03-15", "2024-01-01")),
             NodeBuilder::about("ENH:310000426")
                 .under(NodeRelation::juridisk, "ENH:310000213",
                        during("2002-01-01", "2023-01-01")),
             NodeBuilder::about("ENH:310001333")
                 .under(NodeRelation::avtale, "ENH:310000078", during("2015-05-05", "")),
             NodeBuilder::about("RSH:4990061")
                 .under(NodeRelation::tilsvarer, "ENH:310000353", {}, RelationKind::part_of)});
  using enum NodeEventType;
  reviewed.events = {event(fusjon, "2023-01-01", {"ENH:310000213"}, {"ENH:310000140"}),
                     event(fusjon, "2020-01-01", {"ENH:310000701"}, {"ENH:310000639"}),
                     event(nedlagt, "2023-06-30", {"ENH:310000493"}, {})};
  load(town, reviewed);
}

void load_people(Town& town) {
  const auto works = [](std::string_view who,
                        std::initializer_list<std::pair<std::string_view, Period>> places) {
    NodeBuilder builder(NodeType::personell, who);
    for (const auto& [place, period] : places) {
      builder.under(NodeRelation::tilknytning, place, period);
    }
    return builder;
  };
  load(town, NodeSource::employer, extracted,
       {NodeBuilder(NodeType::lokal_enhet, "LOK:310001120:LV-TEAM-2")
            .named("Team 2")
            .under(NodeRelation::tilhorer, "ENH:310001058"),
        works("HPR:999000002", {{"RSH:4990050", during("2010-01-01", "")},
                                {"ENH:310000914", during("2019-01-01", "")}}),
        works("HPR:999000003", {{"RSH:4990071", during("2025-09-01", "2026-09-01")}}),
        works("HPR:999000005", {{"RSH:4990062", during("2020-01-01", "")}}),
        works("HPR:999000009",
              {{"LOK:310001120:LV-TEAM-2", during("2024-01-01", "")}})});
}

} // namespace

void load_universe(Town& town) {
  load_enhetsregisteret(town);
  load_resh(town);
  load_addresses(town);
  load_reviewed(town);
  load_people(town);
  REQUIRE(quarantine(town).empty());
}

} // namespace grunndata::registry::virksomhet::stories
