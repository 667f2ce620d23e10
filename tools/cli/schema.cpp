#include "tools/cli/schema.hpp"

#include <ostream>

#include "models/catalog.hpp"
#include "opsim/scenario/scenario.hpp"
#include "tools/cli/options.hpp"

namespace opsim::cli {

int schema_main(Arguments arguments, Streams& streams) {
  const Options options{arguments, {}};
  if (!options.operands().empty()) throw Options::Usage{"it takes nothing"};
  const ScenarioShape shape{catalog()};
  streams.out << json_schema(shape.shape(), "opsim scenario").dump(2) << '\n';
  return kGoalsMet;
}

}  // namespace opsim::cli
