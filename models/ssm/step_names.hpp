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

/// AWS: CreateDocument refuses a name of a step that has other than letters, digits and "_", and a
/// name of a parameter that has other than letters and digits. What a template is yet to fill,
/// "${...}", is not judged.
bool is_plain_name(std::string_view name, std::string_view also);
/// Complains of a step's name at `at` that is not plain.
void check_step_name(const Node& at, std::string_view name, Diagnostics& diagnostics);

}  // namespace opsim::ssm
