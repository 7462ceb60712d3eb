// The sector's other registers, over the same nation: RESH in its neutral form, Adresseregisteret,
// GLN, and the relations that are kept by hand.
#pragma once

#include "tools/generate/virksomhet/nation.h"

#include <functional>
#include <string>
#include <string_view>

namespace grunndata::generate::virksomhet {

/// A unit of RESH. Text is as people write it.
struct ReshUnit {
  std::uint64_t id = 0;
  std::string name;
  std::string short_name;
  std::string_view level;       ///< 8628
  std::string_view designation; ///< 8624
  std::uint64_t parent = 0;     ///< 0: none
  std::uint64_t former_parent = 0; ///< until it moved in the merger; 0: it never moved
  std::string organisation;     ///< organisasjonsnummer; empty: none of its own
  Day from = no_day;
  Day last_day = no_day; ///< the last that it was; none: still
};

/// A party of Adresseregisteret.
struct Party {
  enum class Type : std::uint8_t { organisation, service, person };
  std::uint64_t id = 0;
  Type type{};
  std::uint64_t parent = 0; ///< 0: none
  std::string name;
  std::string organisation; ///< its own number, or its parent's
  std::string_view business_type; ///< 9040
  CodeText industry;
  std::string_view service_code; ///< 8663, 8668, 8666
  std::string_view service_text;
  std::uint32_t service_list = 0;
  PostalPlace place;
  std::string given_name; ///< of persons
  std::string family_name;
  Day born = no_day;
  Day last_day = no_day;
};

/// Parents come before children; exactly as many as the options ask for.
void for_each_resh_unit(const Nation& nation, const std::function<void(const ReshUnit&)>& callback);
void for_each_party(const Nation& nation, const std::function<void(const Party&)>& callback);

void append_resh_json(std::string& out, const ReshUnit& unit);
void append_resh_csv(std::string& out, const ReshUnit& unit);
/// One line of CommunicationPartyExport, without its newline.
void append_party(std::string& out, const Party& party);

/// Header and rows of the list of GLN, each with its newline.
void for_each_gln_line(const Nation& nation, const std::function<void(std::string_view)>& callback);
/// Relations kept by hand, and what happened to units: JSON objects.
void for_each_relation(const Nation& nation, const std::function<void(std::string_view)>& callback);
void for_each_event(const Nation& nation, const std::function<void(std::string_view)>& callback);

} // namespace grunndata::generate::virksomhet
