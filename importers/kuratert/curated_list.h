// What a human has reviewed: owners, agreements, equivalences, successions and flags, from a file.
#pragma once

#include "importers/reading/json_document.h"
#include "importers/virksomhet/node_list.h"

namespace grunndata::importers::kuratert {

/// Objects of three kinds, in any order:
/// * a relation: `type` ("EIERSKAP" …), `fra`, `til`, `slag` ("LIK" …), `gyldigFra`, `gyldigTil`
///   (the last day), `konfidens` (0 to 1), and in its details `kilde`, `begrunnelse`, `godkjentAv`,
///   `dokument`
/// * an event: `hendelse` ("FUSJON" …), `virkningsdato`, `operativDato`, `fra` and `til` (lists) or
///   `enhet`; of an EIERSKIFTE also `gammelOverordnet`, which was the unit's parent until then
/// * a flag: `node`, `flagg` ("skjermetNavn" …), `begrunnelse`, `utloper`
/// Nodes are "ENH:310000140", "RSH:…", "HER:…", "GLN:…".
/// Refused: unknown_kind, unknown_relation, unknown_event, unknown_node, bad_time.
class CuratedList final : public virksomhet::NodeList {
 public:
  [[nodiscard]] std::optional<reading::MappingFault> add(std::string_view json,
                                                         reading::MappingReport& report) override;
  [[nodiscard]] std::vector<registry::virksomhet::NodeRecord> records() override {
    return nodes_.take();
  }
  [[nodiscard]] std::vector<registry::virksomhet::NodeEventClaim> events() override {
    return std::move(events_);
  }

 private:
  std::optional<reading::MappingFault> add_relation();
  std::optional<reading::MappingFault> add_event();
  std::optional<reading::MappingFault> add_flag();

  reading::JsonDocument document_;
  virksomhet::GroupedNodes nodes_;
  std::vector<registry::virksomhet::NodeEventClaim> events_;
};

} // namespace grunndata::importers::kuratert
