#pragma once
/// The pure parts of intrinsic functions.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/json.hpp"

namespace opsim {

/// A scalar as CloudFormation prints it into a text: true, 15, 1.5; nothing for null.
[[nodiscard]] std::string scalar_text(const Json& scalar);
/// Of "15"; nothing for anything but digits.
[[nodiscard]] std::optional<std::uint64_t> whole_number_of(std::string_view text);

/// RFC 4648, with padding, without line breaks.
[[nodiscard]] std::string base64(std::string_view bytes);

struct CidrRequest {
  std::string block;                       // "192.168.0.0/24", "2001:db8::/56"
  std::uint64_t count = 0;                 // 1 to 256
  std::optional<std::uint64_t> bits = {};  // of a host's part in each answer
};
struct CidrAnswer {
  std::vector<std::string> blocks;
  std::string wrong;  // why there are none
};
/// AWS: "Fn::Cidr". UNDOCUMENTED: without bits, the blocks are as large as fit.
[[nodiscard]] CidrAnswer cidr_blocks(const CidrRequest& request);

}  // namespace opsim
