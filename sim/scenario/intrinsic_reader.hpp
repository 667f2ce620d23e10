#pragma once
/// Compiles values of a template. Every wrong name and wrong number of arguments is told here, at
/// its place, before anything stands.
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/document/diagnostic.hpp"
#include "opsim/document/node.hpp"
#include "sim/scenario/intrinsic.hpp"
#include "sim/scenario/template_body.hpp"

namespace opsim {

using NameTable = std::map<std::string, std::uint32_t, std::less<>>;

/// What intrinsic functions may name.
struct TemplateNames {
  NameTable parameters;
  NameTable resources;
  NameTable conditions;
  const Mappings* mappings = nullptr;
  bool language_extensions = false;  // Transform: AWS::LanguageExtensions
  bool macros = false;               // a transform that may add any name
  /// Names that begin with one of these may come of a SAM resource that is kept as it is.
  std::vector<std::string> added_prefixes;

  /// True where a transform, which is not simulated, might add this name.
  [[nodiscard]] bool may_be_added(std::string_view name) const;
};

/// Where a value stands decides which functions it may use.
enum class Part : std::uint8_t { conditions, resources, rules };

class IntrinsicReader {
 public:
  IntrinsicReader(const TemplateNames& names, Diagnostics& diagnostics, NotSimulated& list)
      : names_{names}, diagnostics_{diagnostics}, not_simulated_{list} {}

  /// A value of Resources or Outputs.
  [[nodiscard]] Expression read_value(const Node& node) { return read_in(Part::resources, node); }
  /// A value of Conditions: one that is true or false.
  [[nodiscard]] Expression read_condition(const Node& node) {
    return read_truth(Part::conditions, node);
  }
  /// A RuleCondition or an Assert.
  [[nodiscard]] Expression read_rule(const Node& node) { return read_truth(Part::rules, node); }

  /// Resources and conditions mentioned since the last call, in order of mention.
  [[nodiscard]] std::vector<std::uint32_t> take_resources() {
    return std::exchange(resources_, {});
  }
  [[nodiscard]] std::vector<std::uint32_t> take_conditions() {
    return std::exchange(conditions_, {});
  }

  // ---- For the functions of the table ----
  [[nodiscard]] Expression read(const Node& node);
  [[nodiscard]] Expression reference(std::string_view name, const Node& at);
  [[nodiscard]] Expression attribute(std::string_view resource, Expression name, const Node& at);
  [[nodiscard]] Expression condition_named(const Node& name);
  void complain(const Node& at, std::string message);
  void not_simulated(std::string what) { ++not_simulated_[std::move(what)]; }
  [[nodiscard]] const TemplateNames& names() const { return names_; }
  [[nodiscard]] Part part() const { return part_; }

 private:
  Expression read_in(Part part, const Node& node);
  Expression read_truth(Part part, const Node& node);
  Expression read_list(const Node& node);
  Expression read_mapping(const Node& node);
  Expression read_function(std::string_view name, const Node& argument, const Node& whole);
  bool left_out(std::string_view key, const Node& value);
  [[nodiscard]] bool too_many(const Node& node);
  std::string suggestion(std::string_view wrong) const;

  const TemplateNames& names_;
  Diagnostics& diagnostics_;
  NotSimulated& not_simulated_;
  Part part_ = Part::resources;
  std::vector<std::uint32_t> resources_;
  std::vector<std::uint32_t> conditions_;
  std::size_t values_ = 0;
};

/// One intrinsic function. To add one: write its reader in intrinsic_table.cpp, its meaning in
/// intrinsic_evaluation.cpp, and a row here.
struct IntrinsicFunction {
  std::string_view name;
  std::size_t least;  // items of its list; 0, 0: it takes one value
  std::size_t most;
  std::string_view usage;  // "[index, list]"
  enum class Stands : std::uint8_t { anywhere, in_conditions, in_resources, in_rules } stands;
  Expression (*read)(IntrinsicReader&, const Node& argument);
};
/// Sorted by name.
[[nodiscard]] std::span<const IntrinsicFunction> intrinsic_functions();

/// Compiles the text of an Fn::Sub; `variables` is its second argument or null.
[[nodiscard]] Expression read_substitution(IntrinsicReader& reader, const Node& text,
                                           const Node& variables);

/// A key that a macro puts in the place of itself: its outcome is not known here.
[[nodiscard]] bool is_macro(std::string_view key);

/// Puts items together: JSON where all of them are constant.
[[nodiscard]] Expression list_of(std::vector<Expression> items, const Node& at);
/// A text, or the dynamic references in it.
[[nodiscard]] Expression with_dynamic_references(Expression text);
[[nodiscard]] Expression literal(Json value, const Node& at);
/// True for an expression that can only be true or false.
[[nodiscard]] bool is_boolean(const Expression& expression);

}  // namespace opsim
