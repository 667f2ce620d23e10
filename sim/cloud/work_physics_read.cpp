// Reading what a scenario says of work: how long it takes, whether it works, what it changes.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "opsim/cloud/work_physics.hpp"
#include "opsim/document/quantity.hpp"

namespace opsim {

namespace {

/// Takes `word` and the blanks behind it off the front of `text`, where it stands there.
bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  while (text.starts_with(' ')) text.remove_prefix(1);
  return true;
}

}  // namespace

void WorkPhysicsReader::read(WorkPhysics& made, std::string_view key, const Node& value) {
  if (key == "takes") made.takes = distribution(value, value.spelling());
  if (key == "hangs") made.hang_share = share(value, 0);
  if (key == "output") made.output = value.as_text().value_or("");
  if (key == "payload") made.payload = value.to_json();
  if (key == "fails with") made.failure = value.as_text().value_or("");
  if (key == "changes")
    for (const Entry& entry : value.entries())
      made.changes.push_back(change(entry.value, entry.key));
  if (key == "on") {
    if (const auto one = value.as_text()) made.on.push_back(*one);
    for (const Node& item : value.items()) made.on.push_back(item.as_text().value_or(""));
  }
  if (key != "succeeds") return;
  if (value.spelling().starts_with("when ")) {
    made.success_when = condition(value, value.spelling());
  } else {
    made.success_share = share(value, 1);
  }
}

Distribution WorkPhysicsReader::distribution(const Node& node, std::string_view text) {
  ParsedDistribution parsed = Distribution::parse(text);
  if (parsed) return *parsed;
  complain(node, parsed.error);
  return {};
}

double WorkPhysicsReader::share(const Node& node, double otherwise) {
  const std::optional<double> percent = parse_percent(node.spelling());
  if (percent && *percent >= 0 && *percent <= 100) return *percent / 100;
  complain(node, fmt::format("{}; expected a share such as 97 %", node.describe()));
  return otherwise;
}

void WorkPhysicsReader::complain(const Node& at, const std::string& what) {
  diagnostics.add(at.complaint(fmt::format("physics of {}: {}", name, what)));
}

/// "to 30 %", "by -5", "-40 %", "+1", "to uniform(20 %, 40 %)".
QuantityChange WorkPhysicsReader::change(const Node& node, std::string_view quantity) {
  QuantityChange made;
  made.quantity = quantity;
  const std::string spelt{node.spelling()};
  std::string_view text{spelt};
  if (take(text, "to ")) {
    made.how = Change::How::to;
  } else {
    const bool by = take(text, "by ");
    const bool less = take(text, "-");
    const bool more = !less && take(text, "+");
    if (less) made.sign = -1;
    if (!by && !less && !more)
      complain(node, fmt::format("{} of {}; write `to 30 %`, `-40 %` or `+10 %`", node.describe(),
                                 quantity));
  }
  made.amount = distribution(node, text);
  return made;
}

/// "when disk is below 80 %"
std::optional<QuantityCondition> WorkPhysicsReader::condition(const Node& node,
                                                              std::string_view text) {
  constexpr std::string_view comparisons[] = {"below", "above", "at least", "at most"};
  const auto wrong = [&] {
    complain(node, fmt::format("{}; expected a share such as 97 %, or a condition such as `when "
                               "disk is below 80 %`",
                               node.describe()));
    return std::nullopt;
  };
  if (!take(text, "when ")) return wrong();
  QuantityCondition made;
  made.text = text;
  const auto is = text.find(" is ");
  if (is == std::string_view::npos) return wrong();
  made.quantity = text.substr(0, is);
  text.remove_prefix(is + 4);
  const auto found = std::ranges::find_if(
      comparisons, [&](std::string_view word) { return text.starts_with(word); });
  if (found == std::end(comparisons)) return wrong();
  made.comparison = *found;
  take(text, *found);
  const std::optional<Quantity> limit = parse_quantity(text);
  if (!limit) return wrong();
  made.limit = limit->value;
  return made;
}

}  // namespace opsim
