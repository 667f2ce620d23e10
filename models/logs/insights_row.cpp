// Fields of rows, and expressions over them.
#include "models/logs/insights_row.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace opsim::logs {
namespace {

using NodeKind = QueryNode::Kind;

/// "users.1.action" within a document; a key may itself hold dots.
const Json* find_path(const Json& document, std::string_view path) {
  const Json* at = &document;
  while (!path.empty()) {
    if (at->is_object()) {
      if (const auto whole = at->find(path); whole != at->end()) return &*whole;
    }
    const std::size_t end = std::min(path.find('.'), path.size());
    const std::string_view key = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (at->is_object()) {
      const auto found = at->find(key);
      if (found == at->end()) return nullptr;
      at = &*found;
    } else if (at->is_array()) {
      std::size_t index = 0;
      const auto [stop, failed] = std::from_chars(key.data(), key.data() + key.size(), index);
      if (failed != std::errc{} || stop != key.data() + key.size() || index >= at->size())
        return nullptr;
      at = &(*at)[index];
    } else {
      return nullptr;
    }
  }
  return at;
}

/// What stands behind "Duration: " in a REPORT line of Lambda, up to a space or a tab.
InsightsValue behind(std::string_view message, std::string_view label) {
  const std::size_t found = message.find(label);
  if (found == message.npos) return {};
  std::string_view rest = message.substr(found + label.size());
  rest = rest.substr(0, std::min(rest.find_first_of(" \t\n"), rest.size()));
  InsightsValue value{std::string{rest}};
  const auto number = value.number();
  return number ? InsightsValue{*number} : value;
}

struct LambdaField {
  std::string_view name;
  std::string_view label;
};
// CWL_AnalyzeLogData-discoverable-fields, "Lambda". Memory is in bytes there (128 MB: 1.28e8).
constexpr std::array kLambdaFields{
    LambdaField{"@billedDuration", "\tBilled Duration: "},
    LambdaField{"@duration", "\tDuration: "},
    LambdaField{"@initDuration", "\tInit Duration: "},
    LambdaField{"@maxMemoryUsed", "\tMax Memory Used: "},
    LambdaField{"@memorySize", "\tMemory Size: "},
};

InsightsValue lambda_field(const QueriedEvent& event, std::string_view name) {
  if (event.log.find(":/aws/lambda/") == event.log.npos) return {};
  const std::string_view message = event.message;
  constexpr std::array<std::string_view, 3> kTypes{"START", "END", "REPORT"};
  const std::string_view type = message.substr(0, message.find(' '));
  const bool known = std::ranges::count(kTypes, type) > 0 &&
                     message.substr(type.size()).starts_with(" RequestId: ");
  if (name == "@type") return known ? InsightsValue{std::string{type}} : InsightsValue{};
  if (name == "@requestId" && known) return InsightsValue{behind(message, "RequestId: ").text()};
  if (type != "REPORT" || !known) return {};
  const auto row = std::ranges::find(kLambdaFields, name, &LambdaField::name);
  if (row == kLambdaFields.end()) return {};
  const InsightsValue value = behind(message, row->label);
  const bool memory = name == "@maxMemoryUsed" || name == "@memorySize";
  return memory && value.number() ? InsightsValue{*value.number() * 1e6} : value;
}

// CWL_AnalyzeLogData-discoverable-fields, "Amazon VPC": the default format, in its order.
constexpr std::array<std::string_view, 14> kFlowFields{
    "version",  "accountId", "interfaceId", "srcAddr", "dstAddr", "srcPort", "dstPort",
    "protocol", "packets",   "bytes",       "start",   "end",     "action",  "logStatus"};

/// A field of a flow log record: fourteen words, the third of which is a network interface.
InsightsValue flow_field(const QueriedEvent& event, std::string_view name) {
  const auto wanted = std::ranges::find(kFlowFields, name);
  if (wanted == kFlowFields.end() || event.message.find(" eni-") == event.message.npos) return {};
  std::array<std::string_view, kFlowFields.size()> words;
  std::string_view rest = event.message;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool last = i + 1 == words.size();
    const std::size_t end = last ? rest.size() : rest.find(' ');
    if (end == rest.npos) return {};
    words[i] = rest.substr(0, end);
    rest.remove_prefix(last ? end : end + 1);
  }
  if (!words[2].starts_with("eni-") || words.back().find(' ') != std::string_view::npos) return {};
  return std::string{words[static_cast<std::size_t>(wanted - kFlowFields.begin())]};
}

InsightsValue event_field(const QueriedEvent& event, std::string_view name) {
  if (name == "@timestamp") return event.at;
  if (name == "@message") return std::string{event.message};
  if (name == "@logStream") return std::string{event.stream};
  if (name == "@log") return std::string{event.log};
  if (name == "@ingestionTime") return event.ingested;
  if (name == "@ptr") return std::string{event.pointer};
  return name.starts_with('@') ? lambda_field(event, name) : flow_field(event, name);
}

InsightsValue calculate(std::string_view sign, const InsightsValue& left,
                        const InsightsValue& right) {
  const auto a = left.number();
  const auto b = right.number();
  if (!a || !b) return {};
  double result = 0;
  switch (sign[0]) {
    case '+': result = *a + *b; break;
    case '-': result = *a - *b; break;
    case '*': result = *a * *b; break;
    case '/': result = *a / *b; break;
    case '%': result = std::fmod(*a, *b); break;
    default: result = std::pow(*a, *b);
  }
  return std::isfinite(result) ? InsightsValue{result} : InsightsValue{};
}

class Evaluator {
 public:
  Evaluator(const InsightsRow& row, QueryWork& work, AggregateOf aggregate, const void* of)
      : row_{row}, work_{work}, aggregate_{aggregate}, of_{of} {}

  InsightsValue value(const QueryNode& node) {
    ++work_.done;
    if (work_.exhausted()) return {};
    switch (node.kind) {
      case NodeKind::constant: return node.value;
      case NodeKind::field: return row_.field(node.text);
      case NodeKind::period:
      case NodeKind::regex:
      case NodeKind::list:
      case NodeKind::subquery: return {};
      case NodeKind::call: return call(node);
      case NodeKind::negate: {
        const auto number = value(node.parts[0]).number();
        return number ? InsightsValue{-*number} : InsightsValue{};
      }
      case NodeKind::calculate:
        return calculate(node.text, value(node.parts[0]), value(node.parts[1]));
      case NodeKind::compare: return compare(node) != node.negated;
      case NodeKind::both: return value(node.parts[0]).truth() && value(node.parts[1]).truth();
      case NodeKind::either: return value(node.parts[0]).truth() || value(node.parts[1]).truth();
      case NodeKind::none: return !value(node.parts[0]).truth();
    }
    return {};
  }

 private:
  InsightsValue call(const QueryNode& node) {
    if (is_aggregate(node.text)) {
      const InsightsValue* known = aggregate_ == nullptr ? nullptr : aggregate_(of_, node);
      return known == nullptr ? InsightsValue{} : *known;
    }
    std::vector<InsightsValue> arguments;
    for (const QueryNode& part : node.parts) {
      arguments.push_back(value(part));
      if (const Json* json = arguments.back().json()) work_.done += json->size();
    }
    return call_function(node, arguments, row_);
  }
  /// UNDOCUMENTED: a field that is not there is neither equal nor unequal to anything.
  bool compare(const QueryNode& node) {
    const InsightsValue left = value(node.parts[0]);
    const QueryNode& right = node.parts[1];
    if (node.text == "in")
      return std::ranges::any_of(right.parts, [&](const QueryNode& part) {
        return !left.missing() && compare_values(left, value(part)) == 0;
      });
    if (left.missing()) return false;
    if (node.text == "like") return is_like(left.text(), right);
    const InsightsValue other = value(right);
    if (other.missing()) return false;
    const int order = compare_values(left, other);
    if (node.text == "=") return order == 0;
    if (node.text == "!=") return order != 0;
    if (node.text == "<") return order < 0;
    if (node.text == "<=") return order <= 0;
    return node.text == ">" ? order > 0 : order >= 0;
  }
  bool is_like(const std::string& text, const QueryNode& pattern) {
    work_.done += text.size() / 8;
    if (pattern.regex) {
      work_.done += text.size();
      return pattern.regex->matches(text);
    }
    return text.find(value(pattern).text()) != text.npos;
  }

  const InsightsRow& row_;
  QueryWork& work_;
  AggregateOf aggregate_;
  const void* of_;
};

/// Whether "order.id" is a field behind the alias "order".
bool is_behind(std::string_view name, std::string_view alias) {
  return !alias.empty() && name.size() > alias.size() + 1 && name[alias.size()] == '.' &&
         name.starts_with(alias);
}

}  // namespace

void InsightsRow::join(const std::string& own, const std::string& other,
                       std::shared_ptr<const InsightsRow> row) {
  own_ = own;
  joined_.emplace_back(other, std::move(row));
}

const Json& InsightsRow::document() const {
  if (!document_) {
    document_ = Json{};
    // CWL_AnalyzeLogData-discoverable-fields: JSON anywhere in a Lambda message, else the whole.
    const std::size_t begin =
        event_ == nullptr ? std::string_view::npos : event_->message.find('{');
    if (begin != std::string_view::npos)
      document_ = Json::parse(event_->message.substr(begin), nullptr, false);
    if (document_->is_discarded()) document_ = Json{};
  }
  return *document_;
}

InsightsValue InsightsRow::field(std::string_view name) const {
  if (const auto made = made_.find(name); made != made_.end()) return made->second;
  if (is_behind(name, own_)) return field(name.substr(own_.size() + 1));
  for (const auto& [alias, row] : joined_) {
    if (!is_behind(name, alias)) continue;
    return row == nullptr ? InsightsValue{} : row->field(name.substr(alias.size() + 1));
  }
  if (event_ != nullptr) {
    InsightsValue known = event_field(*event_, name);
    if (!known.missing()) return known;
    if (const Json* found = find_path(document(), name); found != nullptr)
      return InsightsValue::of(*found);
  }
  // A part of what jsonParse made: message.users.1.action
  const std::size_t dot = name.find('.');
  const auto made = dot == name.npos ? made_.end() : made_.find(name.substr(0, dot));
  if (made == made_.end() || made->second.json() == nullptr) return {};
  const Json* found = find_path(*made->second.json(), name.substr(dot + 1));
  return found == nullptr ? InsightsValue{} : InsightsValue::of(*found);
}

InsightsValue evaluate(const QueryNode& node, const InsightsRow& row, QueryWork& work,
                       AggregateOf aggregate, const void* of) {
  return Evaluator{row, work, aggregate, of}.value(node);
}

}  // namespace opsim::logs
