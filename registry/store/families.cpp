#include "registry/store/store.h"

namespace grunndata::registry::store {

const std::array<FamilyFacts, family_count> families{{
    {Family::meta, "meta", Profile::hot_point},
    {Family::current, "current", Profile::hot_point},
    {Family::past, "past", Profile::hot_point},
    {Family::source, "source", Profile::cold_blob},
    {Family::identifier, "identifier", Profile::hot_point},
    {Family::relation, "relation", Profile::small_scan},
    {Family::log, "log", Profile::small_scan},
    {Family::clock, "clock", Profile::small_scan},
    {Family::freshness, "freshness", Profile::hot_point},
    {Family::quarantine, "quarantine", Profile::small_scan},
    {Family::client, "client", Profile::small_scan},
    {Family::grant, "grant", Profile::small_scan},
    {Family::hjelpenummer, "hjelpenummer", Profile::small_scan},
    {Family::link, "link", Profile::small_scan},
    {Family::block, "block", Profile::small_scan},
    {Family::idempotency, "idempotency", Profile::small_scan},
    {Family::work, "work", Profile::small_scan},
    {Family::search, "search", Profile::small_scan},
    {Family::subscription, "subscription", Profile::hot_point},
    {Family::node, "node", Profile::hot_point},
    {Family::node_past, "node_past", Profile::cold_blob},
    {Family::node_source, "node_source", Profile::cold_blob},
    {Family::node_key, "node_key", Profile::hot_point},
    {Family::structure, "structure", Profile::small_scan},
}};

} // namespace grunndata::registry::store
