// AWS: CloudFormation User Guide, "Fn::ForEach": [identifier, collection, {key: value}]; stands in
// Conditions, Outputs, Resources and the properties of a resource. ${Identifier} and &{Identifier}
// are replaced; &{} leaves out what a logical id cannot have. A collection is a list, or a Ref to a
// parameter that is one.
// SIMPLIFIED: of the functions that may give a collection, Ref and Fn::Split of a text.
#include "sim/scenario/loops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "sim/document/draft.hpp"

namespace opsim {

namespace {

constexpr std::string_view kLoop = "Fn::ForEach::";
constexpr std::string_view kExtensions = "AWS::LanguageExtensions";
/// Beyond any template: 500 resources of some properties each.
constexpr std::size_t kMostRounds = 5000;

bool is_loop(std::string_view key) { return key.starts_with(kLoop); }

bool contains_loop(const Node& node) {
  for (const auto& [key, value, at] : node.entries())
    if (is_loop(key) || contains_loop(value)) return true;
  for (const Node& item : node.items())
    if (contains_loop(item)) return true;
  return false;
}

/// "Removes all characters that are not letters and digits".
std::string alphanumeric(std::string_view text) {
  std::string kept;
  for (const char c : text)
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) kept += c;
  return kept;
}

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

std::vector<std::string> parts_of(std::string_view text, std::string_view delimiter) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  while (!delimiter.empty()) {
    const auto at = text.find(delimiter, from);
    std::string_view part = text.substr(from, at == text.npos ? at : at - from);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    parts.emplace_back(part);
    if (at == text.npos) break;
    from = at + delimiter.size();
  }
  return parts;
}

/// The identifiers of the loops around, and their values in this round.
using Round = std::vector<std::pair<std::string, std::string>>;

class LoopWriter {
 public:
  LoopWriter(const Node& root, const std::map<std::string, std::string>& values,
             Diagnostics& diagnostics, NotSimulated& not_simulated)
      : root_{root}, values_{values}, diagnostics_{diagnostics}, not_simulated_{not_simulated} {}

  WrittenOut write();

 private:
  Draft written(const Node& node, const Round& round);
  Draft written_mapping(const Node& node, const Round& round);
  void write_loop(std::string_view key, const Node& loop, const Round& round, Draft& into);
  void write_round(const Node& body, const Round& round, bool first, Draft& into);
  std::optional<std::vector<std::string>> collection(const Node& written, const Round& round);
  std::optional<std::vector<std::string>> of_reference(const Node& name, const Round& round);
  std::optional<std::string> text_of(const Node& item, const Round& round);
  [[nodiscard]] static std::string substituted(std::string_view text, const Round& round);
  void complain(const Node& at, std::string message) {
    diagnostics_.add(at.complaint(std::move(message)));
  }

  const Node& root_;
  const std::map<std::string, std::string>& values_;
  Diagnostics& diagnostics_;
  NotSimulated& not_simulated_;
  WrittenOut out_;
  std::size_t rounds_ = 0;
};

WrittenOut LoopWriter::write() {
  out_.document = build(written(root_, {}));
  return std::move(out_);
}

std::string LoopWriter::substituted(std::string_view text, const Round& round) {
  std::string made{text};
  for (const auto& [identifier, value] : round) {
    replace_all(made, fmt::format("${{{}}}", identifier), value);
    replace_all(made, fmt::format("&{{{}}}", identifier), alphanumeric(value));
  }
  return made;
}

Draft LoopWriter::written(const Node& node, const Round& round) {
  if (round.empty() && !contains_loop(node)) return Draft::of(node);
  if (node.is_mapping()) return written_mapping(node, round);
  if (node.is_list()) {
    Draft list = Draft::list(node);
    for (const Node& item : node.items()) list.add(written(item, round));
    return list;
  }
  if (!node.is_text()) return Draft::of(node);
  std::string text = substituted(node.spelling(), round);
  return text == node.spelling() ? Draft::of(node) : Draft::text(std::move(text), node);
}

Draft LoopWriter::written_mapping(const Node& node, const Round& round) {
  if (node.size() == 1 && node.entry(0).key == "Ref")
    for (const auto& [identifier, value] : round)
      if (node.entry(0).value.spelling() == identifier) return Draft::text(value, node);
  // "S3Bucket${Identifier}" as a name that Ref, Fn::GetAtt or DependsOn takes.
  if (node.size() == 1 && node.entry(0).key == "Fn::Sub" && node.entry(0).value.is_text()) {
    std::string text = substituted(node.entry(0).value.spelling(), round);
    if (text != node.entry(0).value.spelling() && text.find("${") == text.npos)
      return Draft::text(std::move(text), node);
  }
  Draft mapping = Draft::mapping(node);
  for (const auto& [key, value, at] : node.entries()) {
    if (is_loop(key)) {
      write_loop(key, value, round, mapping);
    } else {
      mapping.set(substituted(key, round), written(value, round));
    }
  }
  return mapping;
}

void LoopWriter::write_loop(std::string_view key, const Node& loop, const Round& round,
                            Draft& into) {
  const bool well_formed =
      loop.is_list() && loop.size() == 3 && loop.at(0).is_text() && loop.at(2).is_mapping();
  if (!well_formed)
    return complain(loop, fmt::format("{} is {}; it takes [identifier, collection, {{key: value}}]",
                                      key, loop.describe()));
  const std::string identifier{loop.at(0).spelling()};
  const auto items = collection(loop.at(1), round);
  if (!items) return;
  std::set<std::string_view> seen;
  for (const std::string& item : *items) {
    if (!seen.insert(item).second) {
      complain(loop.at(1), fmt::format("{} goes over {} twice", key, opsim::quoted(item)));
      continue;
    }
    if (++rounds_ > kMostRounds) {
      if (rounds_ == kMostRounds + 1)
        complain(loop,
                 fmt::format("the loops of this template have more than {} rounds", kMostRounds));
      return;
    }
    Round inner = round;
    inner.emplace_back(identifier, item);
    write_round(loop.at(2), inner, seen.size() == 1, into);
  }
}

void LoopWriter::write_round(const Node& body, const Round& round, bool first, Draft& into) {
  for (const auto& [key, value, at] : body.entries()) {
    if (is_loop(key)) {
      write_loop(key, value, round, into);
      continue;
    }
    std::string name = substituted(key, round);
    if (into.find(name) != nullptr) {
      if (!first)
        complain(value, fmt::format("every round of the loop makes {}; put ${{{}}} into the key",
                                    opsim::quoted(name), round.back().first));
      continue;
    }
    into.set(name, written(value, round));
  }
}

std::optional<std::vector<std::string>> LoopWriter::collection(const Node& written,
                                                               const Round& round) {
  if (written.is_mapping() && written.size() == 1) {
    const Entry only = written.entry(0);
    if (only.key == "Ref") return of_reference(only.value, round);
    if (only.key == "Fn::Split" && only.value.size() == 2 && only.value.at(0).is_text())
      if (const auto text = text_of(only.value.at(1), round))
        return parts_of(*text, only.value.at(0).spelling());
    out_.complete = false;
    ++not_simulated_[fmt::format("Fn::ForEach over {}", only.key)];
    return std::nullopt;
  }
  if (!written.is_list()) {
    complain(written, fmt::format("the collection of Fn::ForEach is {}; it takes a list, or a Ref "
                                  "to a parameter that is one",
                                  written.describe()));
    return std::nullopt;
  }
  std::vector<std::string> items;
  for (const Node& item : written.items()) {
    const auto text = text_of(item, round);
    if (!text) {
      out_.complete = false;
      ++not_simulated_["Fn::ForEach over items that are worked out"];
      return std::nullopt;
    }
    items.push_back(*text);
  }
  return items;
}

std::optional<std::string> LoopWriter::text_of(const Node& item, const Round& round) {
  if (item.is_scalar() && !item.is_null()) return substituted(item.as_text().value_or(""), round);
  if (!item.is_mapping() || item.size() != 1 || item.entry(0).key != "Ref") return std::nullopt;
  const auto values = of_reference(item.entry(0).value, round);
  if (!values || values->size() != 1) return std::nullopt;
  return values->front();
}

std::optional<std::vector<std::string>> LoopWriter::of_reference(const Node& name,
                                                                 const Round& round) {
  const std::string parameter{name.spelling()};
  for (const auto& [identifier, value] : round)
    if (identifier == parameter) return std::vector{value};
  const auto declared = root_.find("Parameters").value_or(Node{}).find(parameter);
  if (!declared) {
    complain(name, fmt::format("{} is no parameter of this template; Fn::ForEach goes over what "
                               "is known before any resource",
                               opsim::quoted(parameter)));
    return std::nullopt;
  }
  out_.over_parameters = true;
  std::optional<std::string> value;
  if (const auto given = values_.find(parameter); given != values_.end()) {
    value = given->second;
  } else if (const auto by_default = declared->find("Default")) {
    value = by_default->as_text();
  }
  if (value) return value->empty() ? std::vector<std::string>{} : parts_of(*value, ",");
  out_.complete = false;
  ++not_simulated_[fmt::format("Fn::ForEach over {}, which has no Default", parameter)];
  return std::nullopt;
}

bool is_extended(const Node& transform) {
  const Node name = transform.is_mapping() ? transform.find("Name").value_or(transform) : transform;
  return name.spelling() == kExtensions;
}

}  // namespace

bool has_loops(const Node& root) {
  const Node transform = root.find("Transform").value_or(Node{});
  bool extended = is_extended(transform);
  for (const Node& item : transform.items()) extended = extended || is_extended(item);
  return extended && contains_loop(root);
}

WrittenOut write_loops_out(const Node& root, const std::map<std::string, std::string>& values,
                           Diagnostics& diagnostics, NotSimulated& not_simulated) {
  return LoopWriter{root, values, diagnostics, not_simulated}.write();
}

}  // namespace opsim
