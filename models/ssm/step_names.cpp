#include "models/ssm/step_names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

#include "opsim/document/diagnostic.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::ssm {

namespace {

constexpr std::size_t kMostNames = 12;

std::string list_of(const std::vector<std::string>& steps) {
  const std::span<const std::string> shown{steps.data(), std::min(steps.size(), kMostNames)};
  const std::string more =
      steps.size() > kMostNames ? fmt::format(" and {} more", steps.size() - kMostNames) : "";
  return fmt::format("{}{}", fmt::join(shown, ", "), more);
}

}  // namespace

std::optional<std::uint32_t> find_step(std::string_view name, const Node& at, std::string_view key,
                                       const Names& names, const std::string& subject,
                                       Diagnostics& diagnostics) {
  const auto found = std::ranges::find(names.steps, name);
  if (found != names.steps.end()) return static_cast<std::uint32_t>(found - names.steps.begin());
  diagnostics.add(at.complaint(fmt::format("{}: {} {} names no step; steps are {}{}", subject, key,
                                           opsim::quoted(name), list_of(names.steps),
                                           did_you_mean(name, names.steps))));
  return std::nullopt;
}

std::optional<std::uint32_t> read_step_name(const Node& name, std::string_view key,
                                            const Names& names, const std::string& subject,
                                            Diagnostics& diagnostics) {
  if (is_intrinsic(name)) return std::nullopt;
  const std::optional<std::string> text = name.as_text();
  if (text) return find_step(*text, name, key, names, subject, diagnostics);
  diagnostics.add(name.complaint(
      fmt::format("{}: {} is {}; expected the name of a step", subject, key, name.describe())));
  return std::nullopt;
}

bool is_plain_name(std::string_view name, std::string_view also) {
  if (name.find("${") != std::string_view::npos) return true;
  return std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           also.find(c) != std::string_view::npos;
  });
}

void check_step_name(const Node& at, std::string_view name, Diagnostics& diagnostics) {
  if (!is_plain_name(name, "_"))
    diagnostics.add(at.complaint(
        fmt::format("step {}: a step's name has only letters, digits and \"_\"", name)));
}

}  // namespace opsim::ssm
