#pragma once
#include <string>
#include <string_view>

namespace opsim::logs {

/// A gzip file (RFC 1952) whose blocks are stored, not compressed: every reader unpacks it.
[[nodiscard]] std::string gzip(std::string_view data);
[[nodiscard]] std::string base64(std::string_view data);

}  // namespace opsim::logs
