#pragma once
#include <string>
#include <string_view>

#include "opsim/document/read.hpp"

namespace opsim::tests {

/// All that is said of a text that must not read, one line each; "" when it reads.
inline std::string errors_of_json(std::string_view text, const ReadOptions& options = {}) {
  try {
    static_cast<void>(read_json("f", text, options));
  } catch (const BadInput& bad) {
    return bad.what();
  }
  return "";
}

inline std::string errors_of_yaml(std::string_view text, const ReadOptions& options = {}) {
  try {
    static_cast<void>(read_yaml("f", text, options));
  } catch (const BadInput& bad) {
    return bad.what();
  }
  return "";
}

inline Node yaml(std::string_view text, const ReadOptions& options = {}) {
  return read_yaml("f", text, options).root;
}

inline Node json(std::string_view text, const ReadOptions& options = {}) {
  return read_json("f", text, options).root;
}

}  // namespace opsim::tests
