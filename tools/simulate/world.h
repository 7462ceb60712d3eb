// A population as Folkeregisteret would hold it: people to whom things happen, each happening an
// event with a number, and every version of every document.
#pragma once

#include "tools/generate/random.h"
#include "tools/simulate/document.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace grunndata::simulate {

struct Event {
  std::uint64_t sequence = 0;
  std::string type;
  std::string identifier;
  std::string event_document;  ///< empty for personErOppdatert
  std::string person_document; ///< empty for personErOpphoertSomDublett
  std::string recorded;        ///< as it stands on the wire
  std::int64_t recorded_us = 0;
};

/// What can happen; `life.h` lets it.
enum class Happening : std::uint8_t {
  moved,
  renamed,
  family_changed,
  grounds_changed, ///< identitetsgrunnlag
  contact_changed, ///< postadresse
  born,            ///< somebody new
  died,
  death_annulled,
  death_corrected,
  protected_fortrolig,
  protected_strengt,
  protection_lifted,
  got_number, ///< a D-number becomes a foedselsnummer
  merged,
  parted,           ///< a merge is undone
  updated,          ///< personErOppdatert: a correction by machine
  silently_changed, ///< without an event: what a sweep finds
};
inline constexpr std::size_t happening_count = 17;
[[nodiscard]] std::string_view name_of(Happening happening) noexcept;
[[nodiscard]] std::optional<Happening> happening_of(std::string_view name) noexcept;

struct WorldOptions {
  std::uint64_t persons = 0;
  std::uint64_t seed = 0;
  /// Further people, made with the others, who are still to be born or to arrive.
  std::uint64_t unborn = 0;
  std::uint64_t first_sequence = 1'840'000;
};

/// One thread at a time. The same options and the same calls give the same world, its clock apart.
class World {
public:
  explicit World(const WorldOptions& options);

  /// Lets it happen to somebody it can happen to. False when there is nobody.
  bool happen(Happening what);

  /// The person that goes, or went, by the identifier; null when there is none.
  [[nodiscard]] const std::string* person(std::string_view identifier) const;
  /// A version of a person; null when there is none, or it is no longer kept.
  [[nodiscard]] const std::string* version(std::string_view document) const;
  [[nodiscard]] std::size_t size() const noexcept { return people_.size(); }
  /// Documents of everybody who is in the register and carries on.
  void for_each(const std::function<void(const std::string& json)>& callback) const;
  /// The newest version of everybody.
  [[nodiscard]] std::vector<std::string> newest_documents() const;

  [[nodiscard]] const std::deque<Event>& events() const noexcept { return events_; }
  [[nodiscard]] std::uint64_t newest() const noexcept { return next_sequence_ - 1; }

  /// An event of this type about somebody, who has not changed.
  void tell(std::string_view type);
  /// An event about somebody whom the register does not know.
  void tell_of_nobody();
  /// The newest version of somebody is kept no longer; the person is.
  void forget_document();
  /// The newest event once more, under a further number.
  void tell_again();
  /// All events of now get other numbers, from 1.
  void respool();
  /// Numbers that nobody gets.
  void skip(std::uint64_t count) { next_sequence_ += count; }

private:
  struct Person {
    std::shared_ptr<const std::string> json;
    std::string document;             ///< id of this version
    std::vector<std::string> numbers; ///< the current one last
    bool is_dead = false;
    bool is_protected = false;
    bool has_d_number = false;
    std::optional<std::size_t> merged_into;
    std::shared_ptr<const std::string> before_merge; ///< the loser's own document
  };

  void add(std::string_view json);
  void store(std::size_t index, std::string json);
  void event(std::string_view type, std::size_t index, std::string_view identifier = {});
  [[nodiscard]] std::string stamp(std::string_view kilde, std::string_view reason);
  [[nodiscard]] std::optional<std::size_t> somebody(const std::function<bool(const Person&)>& fits);
  [[nodiscard]] std::string new_number(std::string_view like);
  [[nodiscard]] std::string document_id();
  void tick();

  bool move();
  bool rename();
  bool change(std::string_view property, std::string_view event_type, std::string_view reason);
  bool bear();
  bool die();
  bool annul_death(bool again);
  bool protect(std::string_view grading);
  bool lift();
  bool give_number();
  bool merge();
  bool part();
  bool touch(bool told);

  generate::Draw draw_;
  std::uint64_t document_key_;
  std::uint64_t documents_ = 0;
  std::vector<Person> people_;
  std::optional<std::size_t> last_death_; ///< that nobody has taken back yet
  std::unordered_map<std::string, std::size_t> by_number_;
  std::unordered_map<std::string, std::shared_ptr<const std::string>> versions_;
  std::deque<std::string> superseded_; ///< documents, the oldest first
  std::deque<std::string> unborn_;
  std::deque<Event> events_;
  std::vector<std::pair<std::size_t, std::size_t>> merges_; ///< loser, survivor
  std::uint64_t next_sequence_;
  std::int64_t now_us_ = 0; ///< rises with every happening
  std::string now_text_;
};

} // namespace grunndata::simulate
