#pragma once
/// Shapes that the inputs of several actions share.
#include "opsim/document/shape.hpp"

namespace opsim::ssm {

inline constexpr Shape kTextInput{.kind = Kind::text};
inline constexpr Shape kAnyInput{.kind = Kind::any};
inline constexpr Shape kBooleanInput{.kind = Kind::boolean};
inline constexpr Shape kIntegerInput{.kind = Kind::integer};
inline constexpr Shape kTextsInput{.kind = Kind::one_or_list, .of = &kTextInput};

}  // namespace opsim::ssm
