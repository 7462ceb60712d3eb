// The persons of the stories: what everybody has, and what tells where somebody is. Each place of a
// document holds words and numbers that stand nowhere else.
#pragma once

#include "tests/leak/document.h"

#include <array>
#include <cstddef>
#include <string>

namespace grunndata::leak {

/// Which fields that tell a place the rows of birth, marriage and guardianship have.
enum class Fields { with_places, without_places };

/// Name, birth, gender, status, citizenship, marriage, guardian: what may be known of anybody. The
/// first two numbers are of people with names and birth dates of their own.
[[nodiscard]] Document somebody(const std::string& number, Fields fields);

/// The person's own grading, as `adressebeskyttelse` gives it. Level::none adds nothing.
void grade(Document& person, Level level);

void add_home(Document& person, Level level);         ///< bostedsadresse that holds
void add_former_home(Document& person, Level level);  ///< one that was superseded
void add_second_home(Document& person, Level level);  ///< another bostedsadresse that holds
void add_shared_home(Document& person, Level level);  ///< deltBosted
void add_parents_home(Document& person, Level level); ///< bostedsadresse, the home of deltBosted
void add_stay(Document& person, Level level);         ///< oppholdsadresse
void add_post_address(Document& person, Level level); ///< postadresse
void add_former_post_address(Document& person, Level level);
void add_post_address_abroad(Document& person, Level level); ///< postadresseIUtlandet
void add_preferred_address(Document& person, Level level);   ///< preferertKontaktadresse
/// innflytting, utflytting, oppholdPaaSvalbard.
void add_moves(Document& person);
/// foedselINorge, kontaktinformasjonForDoedsbo.
void add_birth_and_estate(Document& person);

/// All addresses at once, those of the past included.
void add_addresses(Document& person, Level level);

/// A change that callers without legal basis are told of as ChangeInPerson, as of anybody. Gives
/// one record in the log.
void add_hidden(Document& person, int version);

/// A protected stranger who moves: the first `changes` of the addresses are others in each version.
/// Each changed one gives one record in the log, of which callers without legal basis see nothing.
inline constexpr std::size_t stranger_addresses = 6;
using Moves = std::array<int, stranger_addresses>;
[[nodiscard]] Document stranger(const std::string& number, const Moves& versions);

} // namespace grunndata::leak
