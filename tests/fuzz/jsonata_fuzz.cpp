// Any bytes: a JSONata expression, evaluated with a few variables and low limits. Nothing may
// crash, hang or bloat, and what is evaluated twice gives the same twice.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "models/step_functions/jsonata/jsonata.hpp"

using namespace opsim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 2'000) return 0;
  const auto read = jsonata::parse({reinterpret_cast<const char*>(data), size});
  const auto* expression = std::get_if<jsonata::Expression>(&read);
  if (expression == nullptr) return 0;
  jsonata::free_variables(*expression);
  static const std::map<std::string, Json> kVariables{
      {"states", {{"input", {{"a", {1, 2, 3}}, {"b", {{"c", "text"}}}, {"d", nullptr}}}}},
      {"n", 7.5},
      {"list", {{{"k", "x"}, {"v", 1}}, {{"k", "y"}, {"v", 2}}}}};
  const jsonata::Host host{[] { return 1.7e12; }, [] { return 0.25; },
                           [] { return std::string{"0000"}; }};
  const jsonata::Limits limits{.depth = 100, .steps = 20'000, .held = 1 << 20};
  const auto once = jsonata::evaluate(*expression, std::nullopt, kVariables, host, limits);
  const auto again = jsonata::evaluate(*expression, std::nullopt, kVariables, host, limits);
  if (once.index() != again.index()) std::abort();
  if (const auto* value = std::get_if<std::optional<Json>>(&once))
    if (*value != std::get<std::optional<Json>>(again)) std::abort();
  return 0;
}
