#include "registry/virksomhet/search/search_json.h"

#include "registry/virksomhet/node_json.h"

namespace grunndata::registry::virksomhet::search {

void append_hits(std::string& out, const SearchPage& page) {
  out += R"({"hits":[)";
  for (const SearchHit& hit : page.hits) {
    out += &hit == &page.hits.front() ? R"({"node":)" : R"(,{"node":)";
    virksomhet::append_json(out, hit.node);
    out.append(R"(,"match":")").append(name_of(hit.match)).append("\"");
    if (hit.by_former_name) {
      out += R"(,"byFormerName":true)";
    }
    out += '}';
  }
  out += ']';
}

} // namespace grunndata::registry::virksomhet::search
