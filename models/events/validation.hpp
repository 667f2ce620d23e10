#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "opsim/cloud/api.hpp"

namespace opsim::events {

inline ApiError validation(std::string message) {
  return {"ValidationException", std::move(message)};
}

/// What names of rules and ids of targets are made of.
inline constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

}  // namespace opsim::events
