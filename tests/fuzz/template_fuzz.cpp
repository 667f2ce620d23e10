// Any bytes as a CloudFormation template: it is read or told why not, and what reads stands up in a
// world without services, twice alike. Nothing may crash, hang or bloat.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "opsim/scenario/stack.hpp"

namespace {

using namespace opsim;

void demand(bool holds) {
  if (!holds) std::abort();
}

/// Nothing is fetched from beside the input.
std::optional<Document> no_template(std::string_view /*url*/, std::string_view /*from_file*/) {
  return std::nullopt;
}

std::map<std::string, Json> outputs_of(const Template& text, bool& well) {
  Simulation sim;
  Journal journal{sim, Level::nothing};
  Cloud cloud{sim, journal, {}, Place{"123456789012", "us-east-1"}};
  Exports exports;
  Diagnostics diagnostics;
  const StackSettings settings{.name = "fuzz", .place = cloud.home()};
  StackResult result = stand_up(cloud, text, settings, exports, diagnostics);
  well = diagnostics.count() == 0;
  demand(!well || result.created.size() <= text.resources().size());
  return std::move(result.outputs);
}

void play(const Document& document) {
  Diagnostics diagnostics;
  const Template text = Template::read(document, diagnostics, no_template);
  NotSimulated not_simulated;
  check(text, {}, diagnostics, not_simulated);
  static_cast<void>(not_simulated_text(not_simulated));
  static_cast<void>(diagnostics.text());
  if (diagnostics.count() > 0) return;  // such a template must not be stood up
  demand(text.creation_order().size() == text.resources().size());
  bool well = false;
  bool again = false;
  demand(outputs_of(text, well) == outputs_of(text, again));
  demand(well == again);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  // Small limits: the fuzzer reaches them with small inputs.
  const ReadOptions options{.max_depth = 32,
                            .max_values = 5000,
                            .max_expanded = 20'000,
                            .duplicates = Duplicates::last_wins};
  try {
    play(read_yaml("fuzz.yaml", input, options));
  } catch (const BadInput& bad) {
    demand(bad.diagnostics().count() > 0);
  }
  return 0;
}
