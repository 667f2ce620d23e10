#pragma once
/// What makes a template one that FIS refuses, beyond the spelling of its members.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "models/fis/experiment_template.hpp"

namespace opsim::fis {

/// All complaints about one template. AWS tells the first; all at once is kinder.
struct Problems {
  std::vector<std::string> texts;
  std::vector<std::string> pointers;  // where each stands: "/actions/stop" (RFC 6901)
  std::string at;                     // of what is told next
  bool not_found = false;             // an action that does not exist has a code of its own

  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    texts.push_back(fmt::format(format, std::forward<Args>(args)...));
    pointers.push_back(at);
  }
  /// What was told last is about this member of what stands there.
  void about(std::string_view member) { pointers.back().append("/").append(member); }
  [[nodiscard]] bool empty() const { return texts.empty(); }
  [[nodiscard]] ApiError error() const {
    const bool alone = not_found && texts.size() == 1;
    return {alone ? "ResourceNotFoundException" : "ValidationException",
            fmt::format("{}", fmt::join(texts, "; ")), alone ? 404 : 400};
  }
};

/// Reads and checks; the spec is of use only where nothing is wrong.
TemplateSpec read_template(const Json& members, Problems& problems);

/// Names that lead nowhere, targets that do not fit, durations out of range, cycles, quotas. Reads
/// the duration of each action.
void check_template(TemplateSpec& spec, Problems& problems);

}  // namespace opsim::fis
