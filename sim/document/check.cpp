// A document against a shape: every complaint in one pass.
#include <fmt/format.h>

#include <algorithm>

#include "opsim/document/shape.hpp"
#include "sim/document/expectation.hpp"

namespace opsim {
namespace {

constexpr Shape kAnything{};

const Shape& shape_of(const Shape* shape) { return shape == nullptr ? kAnything : *shape; }

bool is_any_scalar(Kind kind) { return kind < Kind::list; }

/// By what is written alone, without looking inside.
bool could_be(const Node& node, const Shape& shape) {
  switch (shape.kind) {
    case Kind::any: return true;
    case Kind::list: return node.is_list();
    case Kind::mapping:
    case Kind::table: return node.is_mapping();
    case Kind::one_or_list: return node.is_list() || could_be(node, shape_of(shape.of));
    case Kind::either:
      return std::ranges::any_of(shape.choices, [&](const Shape* s) { return could_be(node, *s); });
    default: return node.is_scalar();
  }
}

const Field* field_named(const Shape& shape, std::string_view name) {
  const auto field = std::ranges::find(shape.fields, name, &Field::name);
  return field == shape.fields.end() ? nullptr : &*field;
}

/// How well a mapping's keys suit a shape: to tell the forms of an `either` apart.
int suits(const Node& node, const Shape& shape) {
  int score = 0;
  for (const Entry& entry : node.entries()) {
    score += shape.kind != Kind::mapping || field_named(shape, entry.key) != nullptr ? 2 : -2;
  }
  for (const Field& field : shape.fields) {
    if (field.need == Need::required && !node.contains(field.name)) score -= 1;
  }
  return score;
}

class Check {
 public:
  Check(Diagnostics& diagnostics, const CheckOptions& options)
      : diagnostics_(diagnostics), options_(options) {}

  void value(const Node& node, const Shape& shape);

 private:
  /// A key, or the place in a list; keys the user chose are no part of what is not simulated.
  struct Step {
    std::string_view key;
    std::size_t index = 0;
    bool chosen = false;
  };

  [[nodiscard]] bool passes_unread(const Node& node, const Shape& shape);
  void list(const Node& node, const Shape& shape);
  void mapping(const Node& node, const Shape& shape);
  void unknown_key(const Entry& entry, const Shape& shape);
  void table(const Node& node, const Shape& shape);
  void either(const Node& node, const Shape& shape);
  void scalar_choice(const Node& node, const Shape& shape);
  void below(Step step, const Node& node, const Shape& shape);

  [[nodiscard]] std::string path() const;
  [[nodiscard]] std::string unsimulated_path(std::string_view key) const;
  [[nodiscard]] std::string about_here(std::string_view message) const;
  [[nodiscard]] std::string about_value(std::string_view message) const;
  [[nodiscard]] std::string here_is(std::string_view message) const;
  void not_simulated(std::string_view key);
  void complain(const Node& node, std::string message);

  Diagnostics& diagnostics_;
  const CheckOptions& options_;
  std::vector<Step> path_;
};

void Check::value(const Node& node, const Shape& shape) {
  if (shape.kind == Kind::any || diagnostics_.full() || passes_unread(node, shape)) return;
  if (shape.kind == Kind::either) return either(node, shape);
  if (shape.kind == Kind::one_or_list) {
    if (!node.is_list()) return value(node, shape_of(shape.of));
    return list(node, shape);
  }
  if (!could_be(node, shape)) {
    return complain(node,
                    here_is(fmt::format("is {}; must be {}", node.describe(), expectation(shape))));
  }
  if (is_any_scalar(shape.kind)) {
    const ScalarFault fault = scalar_fault(node, shape, options_.scalars);
    if (fault.text.empty()) return;
    return complain(node, fault.names_value ? about_value(fault.text) : here_is(fault.text));
  }
  if (shape.kind == Kind::list) return list(node, shape);
  if (shape.kind == Kind::mapping) return mapping(node, shape);
  table(node, shape);
}

/// Intrinsic functions and placeholders: nobody knows their value yet. Both branches of an Fn::If
/// are looked into all the same.
bool Check::passes_unread(const Node& node, const Shape& shape) {
  if (options_.placeholders == Placeholders::accepted && node.is_text() &&
      node.spelling().find("{{") != std::string_view::npos) {
    return true;
  }
  if (options_.intrinsics == Intrinsics::refused || !is_intrinsic(node)) return false;
  const std::optional<Node> branches = node.find("Fn::If");
  if (branches && branches->is_list() && branches->size() == 3) {
    value(branches->at(1), shape);
    value(branches->at(2), shape);
  }
  return true;
}

void Check::list(const Node& node, const Shape& shape) {
  const auto size = static_cast<double>(node.size());
  if (size < shape.min || size > shape.max) {
    complain(node, here_is(fmt::format("has {} item{}; must be {}", node.size(),
                                       node.size() == 1 ? "" : "s", expectation(shape))));
  }
  std::size_t i = 0;
  for (const Node& item : node.items()) {
    below({.key = {}, .index = i++}, item, shape_of(shape.of));
  }
}

void Check::mapping(const Node& node, const Shape& shape) {
  for (const Entry& entry : node.entries()) {
    const Field* field = field_named(shape, entry.key);
    if (field == nullptr) {
      unknown_key(entry, shape);
      continue;
    }
    if (field->simulated == Simulated::no) not_simulated(entry.key);
    below({.key = entry.key}, entry.value, shape_of(field->shape));
  }
  for (const Field& field : shape.fields) {
    if (field.need == Need::optional || node.contains(field.name)) continue;
    path_.push_back({.key = field.name});
    const std::string wanted = expectation(shape_of(field.shape));
    complain(node, here_is(fmt::format("is missing; must be {}", wanted)));
    path_.pop_back();
  }
}

void Check::unknown_key(const Entry& entry, const Shape& shape) {
  std::vector<std::string_view> known;
  for (const Field& field : shape.fields) known.push_back(field.name);
  std::string hint = did_you_mean(entry.key, known);
  Diagnostic fault = entry.value.complaint("");
  fault.at = entry.at;
  const auto same_but_for_case = [&](std::string_view name) {
    constexpr auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : int{c}; };
    return std::ranges::equal(name, entry.key, {}, lower, lower);
  };
  // AWS has more names than are known here, but none that differ in case alone.
  const bool slip = std::ranges::any_of(known, same_but_for_case);
  if (options_.unknown_keys == UnknownKeys::not_simulated && !slip) {
    not_simulated(entry.key);
    if (hint.empty()) return;
    fault.severity = Severity::note;
    fault.message = about_here(quoted(entry.key) + " is not simulated" + hint);
  } else {
    if (hint.empty() && !known.empty()) hint = fmt::format("; must be {}", one_of_text(known));
    fault.message = about_here(quoted(entry.key) + " is not known here" + hint);
  }
  diagnostics_.add(std::move(fault));
}

void Check::table(const Node& node, const Shape& shape) {
  for (const Entry& entry : node.entries()) {
    const bool known =
        shape.allowed.empty() || std::ranges::find(shape.allowed, entry.key) != shape.allowed.end();
    if (!known) {
      Diagnostic fault = entry.value.complaint(about_here(
          fmt::format("{} is not known here{}; {}", quoted(entry.key),
                      did_you_mean(entry.key, shape.allowed), one_of_text(shape.allowed))));
      fault.at = entry.at;
      diagnostics_.add(std::move(fault));
      continue;
    }
    below({.key = entry.key, .chosen = true}, entry.value, shape_of(shape.of));
  }
}

/// No choice is tried and taken back: the cost stays that of one pass, however shapes nest.
void Check::either(const Node& node, const Shape& shape) {
  const Shape* best = nullptr;
  for (const Shape* choice : shape.choices) {
    if (!could_be(node, *choice)) continue;
    if (node.is_scalar()) return scalar_choice(node, shape);
    if (best == nullptr || (node.is_mapping() && suits(node, *choice) > suits(node, *best))) {
      best = choice;
    }
  }
  if (best != nullptr) return value(node, *best);
  complain(node, here_is(fmt::format("is {}; must be {}", node.describe(), expectation(shape))));
}

void Check::scalar_choice(const Node& node, const Shape& shape) {
  ScalarFault only;
  std::size_t faults = 0;
  for (const Shape* choice : shape.choices) {
    if (!could_be(node, *choice)) continue;
    const Shape& single = choice->kind == Kind::one_or_list ? shape_of(choice->of) : *choice;
    if (single.kind == Kind::either) return scalar_choice(node, single);
    only = scalar_fault(node, single, options_.scalars);
    if (only.text.empty()) return;
    ++faults;
  }
  if (faults == 1) {
    return complain(node, only.names_value ? about_value(only.text) : here_is(only.text));
  }
  complain(node, here_is(fmt::format("is {}; must be {}", node.describe(), expectation(shape))));
}

void Check::below(Step step, const Node& node, const Shape& shape) {
  path_.push_back(step);
  value(node, shape);
  path_.pop_back();
}

// ---- Messages --------------------------------------------------------------------------------

std::string Check::path() const {
  std::string result;
  for (const Step& step : path_) {
    if (step.key.empty()) {
      result += fmt::format("[{}]", step.index);
    } else {
      result += (result.empty() ? "" : ".") + std::string(step.key);
    }
  }
  return result;
}

std::string Check::unsimulated_path(std::string_view key) const {
  std::string result;
  for (const Step& step : path_) {
    if (!step.key.empty() && !step.chosen) result += std::string(step.key) + ".";
  }
  return result + std::string(key);
}

/// "scenario of WebFleet: physics: ..." before a message that names what it is about itself.
std::string Check::about_here(std::string_view message) const {
  std::string result = options_.subject;
  const std::string here = path();
  if (!here.empty()) result += (result.empty() ? "" : ": ") + here;
  return result.empty() ? std::string(message) : fmt::format("{}: {}", result, message);
}

/// "recovery time: 15 has no unit; ...": the value and its place tell which setting it is.
std::string Check::about_value(std::string_view message) const {
  const std::string& subject = options_.subject;
  return subject.empty() ? about_here(message) : fmt::format("{}: {}", subject, message);
}

/// "AWS::CloudWatch::Alarm DiskAlarm: Period is ..."
std::string Check::here_is(std::string_view message) const {
  const std::string here = path();
  const std::string& subject = options_.subject;
  if (here.empty()) {
    return subject.empty() ? fmt::format("this {}", message)
                           : fmt::format("{} {}", subject, message);
  }
  return subject.empty() ? fmt::format("{} {}", here, message)
                         : fmt::format("{}: {} {}", subject, here, message);
}

void Check::not_simulated(std::string_view key) {
  if (options_.not_simulated == nullptr) return;
  options_.not_simulated->push_back(unsimulated_path(key));
}

void Check::complain(const Node& node, std::string message) {
  diagnostics_.add(node.complaint(std::move(message)));
}

}  // namespace

bool is_intrinsic(const Node& node) {
  if (!node.is_mapping() || node.size() != 1) return false;
  const std::string_view key = node.entry(0).key;
  return key == "Ref" || key == "Condition" || key.starts_with("Fn::");
}

CheckOptions cloudformation_properties(std::string subject) {
  return {.subject = std::move(subject),
          .intrinsics = Intrinsics::accepted,
          .placeholders = Placeholders::accepted,  // {{resolve:ssm:...}}
          .scalars = Scalars::loose,
          .unknown_keys = UnknownKeys::not_simulated};
}

void check(const Node& node, const Shape& shape, Diagnostics& diagnostics,
           const CheckOptions& options) {
  Check(diagnostics, options).value(node, shape);
}

}  // namespace opsim
