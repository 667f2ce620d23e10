#include "opsim/cloud/fault_target.hpp"

#include <fmt/format.h>

#include "opsim/cloud/cloud.hpp"
#include "opsim/journal/journal.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim {

std::string fault_text(const FaultRequest& request, std::string_view key) {
  const auto value = request.arguments.find(key);
  return value ? value->as_text().value_or("") : "";
}

std::optional<Duration> fault_lasts(const FaultRequest& request) {
  const std::string text = fault_text(request, "for");
  return text.empty() ? std::nullopt : parse_duration(text);
}

bool fault_hits_all(const FaultRequest& request) {
  const std::string word = fault_text(request, "hitting");
  return word.empty() || word == "all";
}

std::size_t fault_count(const FaultRequest& request, std::size_t of) {
  const std::string word = fault_text(request, "hitting");
  if (word.empty() || word == "all") return of;
  const std::size_t wanted = word == "half"  ? (of + 1) / 2
                             : word == "one" ? 1
                             : word == "two" ? 2
                                             : 3;
  return std::min(wanted, of);
}

void tell_nothing_hit(const FaultRequest& request) {
  const std::string on = fault_text(request, "on");
  request.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = Level::story,
       .subject = on,
       .text = fmt::format("{} has nothing now that this could hit: nothing was hit", on),
       .source = request.source});
}

}  // namespace opsim
