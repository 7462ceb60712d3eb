#include "importers/folkeregisteret/sync/wire.h"

#include "importers/following/said_error.h"

#include <simdjson.h>

#include <algorithm>

namespace grunndata::importers::folkeregisteret::sync {

namespace {

namespace od = simdjson::ondemand;
namespace dom = simdjson::dom;
using registry::ErrorCode;
using registry::fail;
using registry::Result;

constexpr std::size_t document_id_bytes_max = 64;

std::string_view text_of(od::object& object, std::string_view name) {
  std::string_view text;
  return object.find_field_unordered(name).get_string().get(text) == simdjson::SUCCESS
             ? text
             : std::string_view{};
}

bool is_document_id(std::string_view id) {
  return !id.empty() && id.size() <= document_id_bytes_max && std::ranges::all_of(id, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

tl::unexpected<registry::Error> bad(std::string what) {
  return fail(ErrorCode::invalid, std::move(what));
}

std::string_view text_of(const dom::object& object, std::string_view name) {
  std::string_view text;
  return object[name].get_string().get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

bool read_event(const dom::element& item, FeedEvent& event) {
  dom::object outer;
  dom::object inner;
  if (item.get_object().get(outer) != simdjson::SUCCESS ||
      outer["sekvensnummer"].get_uint64().get(event.sequence) != simdjson::SUCCESS ||
      outer["hendelse"].get_object().get(inner) != simdjson::SUCCESS) {
    return false;
  }
  event.identifier = text_of(inner, "folkeregisteridentifikator");
  event.type = text_of(inner, "hendelsetype");
  if (event.type.empty()) event.type = text_of(inner, "hendelsestype"); // as documents spell it
  event.person_document = text_of(inner, "persondokument");
  event.recorded = registry::parse_date_time(text_of(inner, "ajourholdstidspunkt"));
  // Read on into a request: nothing but digits and letters may stand there.
  return is_document_id(event.identifier);
}

bool read_item(od::value value, BulkItem& item) {
  od::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return false;
  bool is_person_itself = true; // archived persons may come bare
  for (auto field : object) {
    std::string_view key;
    od::value member;
    if (field.unescaped_key().get(key) != simdjson::SUCCESS ||
        field.value().get(member) != simdjson::SUCCESS) {
      return false;
    }
    if (key == "foedselsEllerDNummer" || key == "dokumentidentifikator") {
      is_person_itself = false;
      std::string_view text;
      if (member.get_string().get(text) != simdjson::SUCCESS) return false;
      item.identifier = text;
    } else if (key == "folkeregisterperson" || key == "person") {
      is_person_itself = false;
      od::object person;
      if (member.get_object().get(person) != simdjson::SUCCESS ||
          person.raw_json().get(item.document) != simdjson::SUCCESS) {
        return false;
      }
    } else if (key == "feilmelding") {
      is_person_itself = false;
      od::object said;
      std::string_view text;
      if (member.get_object().get(said) == simdjson::SUCCESS) {
        text = text_of(said, "feilmelding");
      } else if (member.get_string().get(text) != simdjson::SUCCESS) {
        return false;
      }
      item.error = text.empty() ? "no reason was given" : following::masked(text);
    }
  }
  if (is_person_itself) {
    object.reset();
    return object.raw_json().get(item.document) == simdjson::SUCCESS;
  }
  return true;
}

} // namespace

Result<std::vector<FeedEvent>> read_feed_page(std::string_view json) {
  dom::parser parser;
  dom::array array;
  if (parser.parse(json.data(), json.size()).get_array().get(array) != simdjson::SUCCESS) {
    return bad("a page of the feed is no JSON array, or cut off");
  }
  std::vector<FeedEvent> events;
  events.reserve(array.size());
  for (const dom::element item : array) {
    FeedEvent event;
    if (!read_event(item, event)) {
      return bad("an event of the feed lacks its number or its person");
    }
    events.push_back(std::move(event));
  }
  return events;
}

Result<std::uint64_t> read_sequence(std::string_view json) {
  dom::parser parser;
  std::uint64_t sequence = 0;
  if (parser.parse(json.data(), json.size()).get_uint64().get(sequence) != simdjson::SUCCESS) {
    return bad("the newest sequence number is no integer");
  }
  return sequence;
}

Result<std::string> read_job(std::string_view json) {
  dom::parser parser;
  dom::object object;
  if (parser.parse(json.data(), json.size()).get_object().get(object) != simdjson::SUCCESS) {
    return bad("the answer to an order of an extract is no JSON object");
  }
  std::string job(text_of(object, "jobbId"));
  const bool is_sane = !job.empty() && std::ranges::all_of(job, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
  if (!is_sane) return bad("the answer to an order of an extract has no jobbId");
  return job;
}

Result<std::optional<std::vector<std::string>>> read_extract_batch(std::string_view json) {
  dom::parser parser;
  dom::object object;
  if (parser.parse(json.data(), json.size()).get_object().get(object) != simdjson::SUCCESS) {
    return bad("a batch of an extract is no JSON object, or cut off");
  }
  if (object.size() == 0) return std::optional<std::vector<std::string>>();
  dom::array array;
  if (object["dokumentidentifikator"].get_array().get(array) != simdjson::SUCCESS) {
    return bad("a batch of an extract has no dokumentidentifikator");
  }
  std::vector<std::string> ids;
  for (const dom::element item : array) {
    std::string_view id;
    if (item.get_string().get(id) != simdjson::SUCCESS || !is_document_id(id)) {
      return bad("a batch of an extract names a document in another way");
    }
    ids.emplace_back(id);
  }
  return ids;
}

Result<std::vector<BulkItem>> read_bulk_answer(std::string& json) {
  json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
  od::parser parser;
  const simdjson::padded_string_view padded(json.data(), json.size(), json.capacity());
  od::document document;
  od::array array;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS) {
    return bad("a bulk answer is no JSON");
  }
  od::json_type type{};
  if (document.type().get(type) != simdjson::SUCCESS) return bad("a bulk answer is no JSON");
  if (type == od::json_type::object) {
    od::object object;
    if (document.get_object().get(object) != simdjson::SUCCESS ||
        object.find_field_unordered("oppslag").get_array().get(array) != simdjson::SUCCESS) {
      return bad("a bulk answer has no oppslag");
    }
  } else if (document.get_array().get(array) != simdjson::SUCCESS) {
    return bad("a bulk answer is neither an object nor an array");
  }
  std::vector<BulkItem> items;
  for (auto element : array) {
    od::value value;
    BulkItem item;
    if (element.get(value) != simdjson::SUCCESS || !read_item(value, item)) {
      return bad("a bulk answer is cut off");
    }
    items.push_back(std::move(item));
  }
  return items;
}

std::string bulk_request(std::string_view member, const std::vector<std::string>& values) {
  std::string body = "{\"" + std::string(member) + "\":[";
  for (const std::string& value : values) {
    if (body.back() != '[') body += ',';
    body += '"' + value + '"'; // identifiers: digits, or hexadecimal digits
  }
  return body += "]}";
}

} // namespace grunndata::importers::folkeregisteret::sync
