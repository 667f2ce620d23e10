// Any bytes: the first line a message, the rest a filter policy of SNS. Nothing may crash or hang;
// what is refused is told; a policy written again filters the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "models/sns/filter_policy.hpp"

namespace {

using namespace opsim;
using namespace opsim::sns;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(FilterScope scope, const std::string& text, std::string_view message) {
  const ApiResult<Json> read = read_filter_policy(Json(text), scope);
  if (read.has_error()) return require(!read.error().message.empty());
  const Json& policy = read.value();
  const Json attributes = {
      {"a", {{"DataType", "String"}, {"StringValue", std::string{message}}}},
      {"b", {{"DataType", "Number"}, {"StringValue", std::string{message}}}},
      {"c", {{"DataType", "String.Array"}, {"StringValue", std::string{message}}}}};
  const bool passes = passes_filter(policy, scope, attributes, message);
  const ApiResult<Json> again = read_filter_policy(policy, scope);
  require(!again.has_error());
  require(passes_filter(again.value(), scope, attributes, message) == passes);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::size_t newline = std::min(input.find('\n'), input.size());
  const std::string text{input.substr(std::min(newline + 1, input.size()))};
  check(FilterScope::attributes, text, input.substr(0, newline));
  check(FilterScope::body, text, input.substr(0, newline));
  return 0;
}
