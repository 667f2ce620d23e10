#pragma once
/// Names of steps, wherever a document writes one.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/ssm/placeholder.hpp"
#include "opsim/document/node.hpp"

namespace opsim::ssm {

/// The step that `name` names. Complains, with the steps that there are, when there is none:
/// step verify: nextStep "finish" names no step; steps are checkSpace, clean, verify
std::optional<std::uint32_t> read_step_name(const Node& name, std::string_view key,
                                            const Names& names, const std::string& subject,
                                            Diagnostics& diagnostics);

/// The same where the name is part of what stands at `at`: the "clean" of "step:clean".
std::optional<std::uint32_t> find_step(std::string_view name, const Node& at, std::string_view key,
                                       const Names& names, const std::string& subject,
                                       Diagnostics& diagnostics);

}  // namespace opsim::ssm
