// What reaches a target: InputPath and InputTransformer.
// AWS: eb-transform-target-input.html; where it is silent, recordings of what AWS delivered.
// SIMPLIFIED: paths know names, indexes, [*] and .*; no filters, slices or "..".
#include "models/events/input_transformer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/events/event_text_index.hpp"
#include "models/events/event_text_members.hpp"
#include "models/events/pattern_value.hpp"
#include "models/events/template_variables.hpp"

namespace opsim::events {
namespace {

constexpr std::string_view kWholeEvent = "aws.events.event.json";
constexpr std::string_view kEventWithoutDetail = "aws.events.event";
constexpr std::string_view kRuleArn = "aws.events.rule-arn";
constexpr std::string_view kRuleName = "aws.events.rule-name";
constexpr std::string_view kIngestionTime = "aws.events.event.ingestion-time";
/// JSON text of what a path leads to.
using Found = std::optional<std::string>;

std::string_view trimmed_object(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  return text.substr(begin);
}

// ---- Paths: "$.detail.items[0]['name']". ----

struct Step {
  enum class Kind : std::uint8_t { name, index, each } kind = Kind::name;
  std::string name;
  std::size_t index = 0;
};

/// Inside of [...] at the front of `path`; removes it. None if it is malformed.
std::optional<Step> take_bracket(std::string_view& path) {
  const bool is_name = path.size() > 1 && (path[1] == '\'' || path[1] == '"');
  const std::string closing = is_name ? std::string{path[1]} + "]" : "]";
  const std::size_t from = is_name ? 2 : 1;
  const std::size_t end = path.find(closing, from);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view inside = path.substr(from, end - from);
  path.remove_prefix(end + closing.size());
  if (is_name) return Step{Step::Kind::name, std::string{inside}};
  if (inside == "*") return Step{Step::Kind::each, ""};
  Step step{Step::Kind::index, ""};
  const auto [last, error] =
      std::from_chars(inside.data(), inside.data() + inside.size(), step.index);
  if (error != std::errc{} || last != inside.data() + inside.size()) return std::nullopt;
  return step;
}

std::optional<std::vector<Step>> parse_path(std::string_view path) {
  if (!path.starts_with('$')) return std::nullopt;
  path.remove_prefix(1);
  std::vector<Step> steps;
  while (!path.empty()) {
    std::optional<Step> step;
    if (path.front() == '[') {
      step = take_bracket(path);
    } else if (path.front() == '.') {
      path.remove_prefix(1);
      const std::size_t end = std::min(path.find_first_of(".["), path.size());
      const std::string_view name = path.substr(0, end);
      if (name == "*") {
        step = Step{Step::Kind::each, ""};
      } else if (!name.empty()) {
        step = Step{Step::Kind::name, std::string{name}};
      }
      path.remove_prefix(end);
    }
    if (!step) return std::nullopt;
    steps.push_back(std::move(*step));
  }
  return steps;
}

/// What a path leads to in one event.
class Search {
 public:
  /// Says no where no object stands or something behind it. What rules match is almost always seen
  /// to be an event at a glance.
  bool read(std::string_view event) {
    if (event.ends_with('}') && index_.build(event) && index_.end() == event.size()) {
      brackets_.emplace(event, index_);
      return true;
    }
    return !std::holds_alternative<JsonSyntaxError>(json_members(event));
  }

  /// All that `steps` lead to from `value`, which is JSON. False: they lead nowhere.
  bool follow(std::string_view value, std::span<const Step> steps) {
    if (steps.empty()) {
      found.push_back(value);
      return true;
    }
    const Step& step = steps.front();
    const std::span<const Step> rest = steps.subspan(1);
    if (step.kind == Step::Kind::each) return follow_each(value, rest);
    if (step.kind == Step::Kind::name) {
      const auto member = last_member(value, step.name, brackets());
      return member && follow(*member, rest);
    }
    const auto all = elements_of(value, brackets());
    return all && step.index < all->size() && follow((*all)[step.index], rest);
  }

  std::vector<std::string_view> found;

 private:
  /// The elements of a list or the values of an object, whichever of them have what is asked for.
  bool follow_each(std::string_view value, std::span<const Step> steps) {
    if (const auto all = elements_of(value, brackets())) {
      for (const std::string_view element : *all) follow(element, steps);
      return true;
    }
    const auto members = json_members(value);
    const auto* all = std::get_if<JsonMembers>(&members);
    if (all == nullptr) return false;
    for (const auto& [name, member] : *all) follow(member, steps);
    return true;
  }
  [[nodiscard]] const Brackets* brackets() const { return brackets_ ? &*brackets_ : nullptr; }

  EventIndex index_;
  std::optional<Brackets> brackets_;
};

Found find_path(std::string_view path, std::string_view event_text) {
  const auto steps = parse_path(path);
  const std::string_view event = trimmed_object(event_text);
  Search search;
  if (!steps || (!steps->empty() && !search.read(event)) || !search.follow(event, *steps))
    return std::nullopt;
  if (std::ranges::count(*steps, Step::Kind::each, &Step::kind) == 0)
    return std::string{search.found.front()};
  // A path with a wildcard leads to one list of all that it finds, however deep the wildcards lie.
  return fmt::format("[{}]", fmt::join(search.found, ","));
}

// ---- Templates. ----

/// JSON on one line without any quotation marks, as AWS writes objects and lists into a text.
std::string without_quotes(std::string_view json) {
  std::string text;
  JsonTokens tokens{json};
  bool needs_comma = false;
  do {
    const JsonToken token = tokens.next();
    const bool is_end = token == JsonToken::object_end || token == JsonToken::array_end;
    if (needs_comma && !is_end) text += ',';
    text += tokens.text();
    if (token == JsonToken::name) text += ':';
    needs_comma = token != JsonToken::name && token != JsonToken::object_begin &&
                  token != JsonToken::array_begin;
  } while (tokens.depth() > 0);
  return text;
}

/// <aws.events.event>. The one name with a dash is written in another way there, as AWS was seen to
/// do (localstack, services/events/target.py, whose tests run against AWS).
std::string without_detail(std::string_view event_text) {
  const auto members = json_members(trimmed_object(event_text));
  const auto* all = std::get_if<JsonMembers>(&members);
  if (all == nullptr) return "{}";
  std::string text;
  for (const auto& [name, value] : *all) {
    if (name == "detail") continue;
    const std::string shown = json_quoted(name == "detail-type" ? "detailType" : name);
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", shown, value);
  }
  return "{" + text + "}";
}

class Rendering {
 public:
  Rendering(const InputTransformer& transformer, std::string_view event_text,
            const DeliveryContext& context)
      : transformer_(transformer), event_text_(event_text), context_(context) {}

  InputResult render() {
    const std::string_view text = transformer_.input_template;
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    is_json_ = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
    bool in_quotes = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (const std::string_view name = variable_at(text.substr(i)); !name.empty()) {
        put(name, in_quotes);
        i += name.size() + 1;
        continue;
      }
      out_ += text[i];
      if (text[i] == '\\' && i + 1 < text.size()) {
        out_ += text[++i];
      } else if (text[i] == '"') {
        in_quotes = !in_quotes;
      }
    }
    return result();
  }

 private:
  Found value_of(std::string_view name) const {
    if (name == kWholeEvent) return std::string{trimmed_object(event_text_)};
    if (name == kEventWithoutDetail) return without_detail(event_text_);
    if (name == kRuleArn) return json_quoted(context_.rule_arn);
    if (name == kRuleName) return json_quoted(context_.rule_name);
    if (name == kIngestionTime) return json_quoted(context_.ingestion_time);
    const auto path = transformer_.input_paths_map.find(std::string{name});
    if (path == transformer_.input_paths_map.end()) return std::nullopt;
    return find_path(path->second, event_text_);
  }

  /// Values are not escaped, as AWS warns: a quotation mark in a string ends the text around it.
  void put(std::string_view name, bool in_quotes) {
    const Found value = value_of(name);
    if (!in_quotes) {
      out_ += value.value_or("\"\"");
    } else if (value && (value->starts_with('{') || value->starts_with('['))) {
      if (is_json_ && problem_.empty()) {
        problem_ = fmt::format("<{}> is an object or a list, and stands in quotes", name);
      }
      out_ += without_quotes(*value);
    } else if (value) {
      out_ += json_string(*value).value_or(*value);
    }
  }

  InputResult result() {
    if (!is_json_) return DeliveredInput{std::move(out_)};
    if (!problem_.empty()) return NothingDelivered{std::move(problem_)};
    const bool is_object = trimmed_object(out_).starts_with('{');
    const auto members = is_object ? json_members(out_) : JsonMembers{};
    const auto elements = is_object ? std::vector<std::string_view>{} : json_elements(out_);
    const auto* error = std::get_if<JsonSyntaxError>(&members);
    if (error == nullptr) error = std::get_if<JsonSyntaxError>(&elements);
    if (error == nullptr) return DeliveredInput{std::move(out_)};
    return NothingDelivered{"the template with its values is no JSON: " + error->reason};
  }

  const InputTransformer& transformer_;
  std::string_view event_text_;
  const DeliveryContext& context_;
  bool is_json_ = false;
  std::string problem_;
  std::string out_;
};

}  // namespace

InputResult apply_input_path(std::string_view input_path, std::string_view event_text) {
  Found found = find_path(input_path, event_text);
  if (found) return DeliveredInput{std::move(*found)};
  return NothingDelivered{fmt::format("the event has nothing at {}", input_path)};
}

InputResult apply_input_transformer(const InputTransformer& transformer,
                                    std::string_view event_text, const DeliveryContext& context) {
  return Rendering{transformer, event_text, context}.render();
}

}  // namespace opsim::events
