#pragma once
/// JSON stays at the waists, where AWS has it too: API input and output, event text. Keys are kept
/// sorted, so that the same value always prints the same bytes.
#include <nlohmann/json.hpp>

namespace opsim {
using Json = nlohmann::json;
}  // namespace opsim
