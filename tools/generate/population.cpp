#include "tools/generate/population.h"

#include "tools/generate/document.h"

#include <algorithm>
#include <cmath>

namespace grunndata::generate {
namespace {

/// In every block of so many families each rare thing is given to somebody.
inline constexpr std::uint64_t families_a_block = 3072;
inline constexpr std::uint64_t document_bytes_mean = 4800;

} // namespace

struct Population::State {
  explicit State(const PopulationOptions& options)
      : plan(options.seed, options.as_of), left(options.persons) {
    setting.seed = options.seed;
    setting.as_of = options.as_of;
    setting.share_2032_ppm = static_cast<std::uint32_t>(std::lround(options.share_2032 * million));
  }

  Plan plan;
  Setting setting;
  Pending pending;
  Family family;
  Text text;
  std::uint64_t index = 0;
  std::uint64_t left;
  std::uint64_t written = 0;
};

std::string why_impossible(const PopulationOptions& options) {
  if (options.persons > persons_max) {
    return "at most " + std::to_string(persons_max) + " persons can be given different numbers";
  }
  if (options.as_of < as_of_min || options.as_of > as_of_max) {
    return "the day must lie from 2025-01-01 to 2039-12-31";
  }
  if (!(options.share_2032 >= 0 && options.share_2032 <= 1)) {
    return "the share of numbers by the rule from 2032 must lie from 0 to 1";
  }
  return {};
}

Population::Population(const PopulationOptions& options)
    : state_(std::make_unique<State>(options)) {}
Population::~Population() = default;
Population::Population(Population&&) noexcept = default;
Population& Population::operator=(Population&&) noexcept = default;

const Family* Population::next_family() {
  State& state = *state_;
  while (state.left > 0 && state.index < state.plan.size()) {
    if (state.index % families_a_block == 0) state.pending = Pending::whole();
    const std::uint64_t index = state.index++;
    const auto members = static_cast<std::size_t>(std::min<std::uint64_t>(state.left, members_max));
    if (!make_family(state.plan, state.setting, index, members, state.pending, state.family))
      continue;
    state.left -= state.family.count;
    state.written += state.family.count;
    return &state.family;
  }
  return nullptr;
}

bool Population::next(std::string& out) {
  const Family* family = next_family();
  if (family == nullptr) return false;
  for (std::size_t member = 0; member < family->count; ++member) {
    state_->text.clear();
    write_document(*family, member, state_->text);
    state_->text.put('\n');
    out.append(state_->text.view());
  }
  return true;
}

std::uint64_t Population::written() const noexcept { return state_->written; }

void for_each_number(const PopulationOptions& options,
                     const std::function<void(const PersonNumber&)>& callback) {
  Population population(options);
  std::uint64_t person = 0;
  while (const Family* family = population.next_family()) {
    for (std::size_t index = 0; index < family->count; ++index, ++person) {
      const Member& member = family->members[index];
      callback({person, member.number, true});
      if (member.has_spare) callback({person, member.spare, false});
      if (member.has_d_number) callback({person, member.d_number, false});
    }
  }
}

std::uint64_t estimated_bytes(std::uint64_t persons) noexcept {
  return persons * document_bytes_mean;
}

} // namespace grunndata::generate
