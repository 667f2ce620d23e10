#pragma once
/// Values of a document with {{ placeholders }} in them, read once and filled in for each
/// execution.
///
/// AWS: Systems Manager User Guide, "Working with runbooks: using the inputs of previous steps",
/// "Automation system variables". A text that is one placeholder and nothing else takes the type of
/// what it stands for; in a list, a list is spliced in; inside other text, values are written out.
/// UNDOCUMENTED: what stands for nothing (an output of a step that did not run) stays as written.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "opsim/json.hpp"

namespace opsim::ssm {

/// What stands between {{ and }}.
struct Reference {
  enum class Of : std::uint8_t {
    parameter,      // {{ InstanceId }}
    output,         // {{ describe.State }}
    global,         // {{ global:DATE_TIME }}
    automation,     // {{ automation:EXECUTION_ID }}
    ssm_parameter,  // {{ ssm:/fleet/ami }}
    variable,       // {{ variable:attempts }}
    unknown,        // a name that the document does not have; {{ TARGET_ID }}
  } of = Of::unknown;
  std::uint32_t index = 0;  // of the parameter, the step or the variable
  std::string name;         // the parameter, the step's output, or what follows the colon
  std::string written;      // "{{ InstanceId }}"
  [[nodiscard]] std::string_view inside() const;  // "InstanceId"
};

/// What a document's placeholders may name.
struct Names {
  std::vector<std::string> parameters;
  std::vector<std::string> steps;  // those of loops too, behind their loop
  std::vector<std::string> variables = {};
};

/// Where values come from while a document runs.
class Values {
 public:
  /// Null when there is no such value yet. `scratch` may hold one that is made for the occasion.
  [[nodiscard]] virtual const Json* find(const Reference& reference, Json& scratch) const = 0;

 protected:
  ~Values() = default;
};

/// Calls `found` for each placeholder of a text, in order.
void for_each_reference(std::string_view text, const Names& names,
                        const std::function<void(const Reference&)>& found);

class Fillable {
 public:
  Fillable() = default;
  static Fillable compile(const Json& value, const Names& names);

  [[nodiscard]] Json fill(const Values& values) const;
  /// fill() as text: a text as it is, anything else as JSON.
  [[nodiscard]] std::string fill_text(const Values& values) const;
  /// The value of a key; null when this is no mapping or has no such key.
  [[nodiscard]] const Fillable* find(std::string_view key) const;
  [[nodiscard]] const std::vector<std::pair<std::string, Fillable>>& entries() const noexcept {
    return entries_;
  }
  /// True when there is nothing to fill in; then `literal` is the value.
  [[nodiscard]] bool is_literal() const noexcept { return kind_ == Kind::literal; }
  [[nodiscard]] const Json& literal() const noexcept { return literal_; }
  [[nodiscard]] bool is_null() const noexcept { return is_literal() && literal_.is_null(); }

 private:
  enum class Kind : std::uint8_t { literal, whole, joined, list, mapping };
  struct Piece {
    std::string text;     // before the reference
    Reference reference;  // of the last piece of a text: none
    bool has_reference = false;
  };
  static Fillable of_text(const Json& value, const Names& names);
  [[nodiscard]] Json fill_list(const Values& values) const;

  Kind kind_ = Kind::literal;
  Json literal_;
  std::vector<Piece> pieces_;
  std::vector<Fillable> items_;
  std::vector<std::pair<std::string, Fillable>> entries_;
};

/// How a value reads inside a text, and in the "string to string map" members of AWS's answers.
std::string text_of(const Json& value);

}  // namespace opsim::ssm
