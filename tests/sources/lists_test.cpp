// Lists that are read as a whole: GLNs, and what a human has reviewed.
#include "importers/gln/gln_list.h"
#include "importers/kuratert/curated_list.h"
#include "tests/sources/golden.h"
#include "tests/sources/node_text.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::tests;
using importers::reading::MappingReport;
using importers::reading::RecordReaderOptions;

TEST_CASE("the list of GLNs") {
  MappingReport report;
  RecordReaderOptions options;
  options.tables = true;
  importers::gln::GlnList list;
  check_golden("gln", listed_text(documents_in({samples + "gln/gln.csv"}, options), list, report));
  CHECK(report.empty());
}

TEST_CASE("curated relations and events") {
  MappingReport report;
  importers::kuratert::CuratedList list;
  check_golden("kuratert",
               listed_text(documents_in({samples + "modell/kuraterte_relasjoner.json",
                                         samples + "modell/etterfolgere.json"}),
                           list, report));
  CHECK(report.empty());
}
