#pragma once
/// JSONPath as the Amazon States Language uses it: the dialect of the Jayway library.
/// Source: states-language.net, "Paths"; Step Functions guide, amazon-states-language-paths.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "opsim/json.hpp"

namespace opsim::json_path {

struct Filter;

/// One step from a value to those below it.
struct Step {
  enum class Kind : std::uint8_t { name, index, names, indexes, any, slice, filter } kind{};
  bool descend = false;                 ///< preceded by "..": at every depth
  std::vector<std::string> names{};     ///< of name and names
  std::vector<long> indexes{};          ///< of index and indexes; below zero: from the end
  std::optional<long> first{}, last{};  ///< of slice, last excluded
  std::shared_ptr<const Filter> filter{};
};

struct Path {
  std::string variable{};  ///< "x" of `$x.y`; "$" of `$$.y`; "" of `$.y`
  std::vector<Step> steps{};
  bool definite = true;  ///< leads to one place at most
};

/// Why a text is no path, and where: an offset in characters.
struct Error {
  std::string message;
  std::size_t position = 0;
};

/// Reads `$.a[0]`, `$$.Execution.Id`, `$variable.a`.
std::variant<Path, Error> parse(std::string_view text);

/// Where a definite path may write: names and indexes only (a reference path).
bool is_reference(const Path& path);

/// The value at a definite path, the list of all values of another. Where a definite path leads
/// nowhere: Jayway's message, "No results for path: $['a']".
std::variant<Json, std::string> read(const Path& path, const Json& root);

/// Writes `value` at a reference path, making objects on the way; false where a scalar or a list
/// stands there already.
bool write(const Path& path, Json& root, Json value);

/// "$['a'][0]"
std::string normalized(const Path& path, std::size_t steps);

// ---- Filters: `?(@.state == 'running' && @.age > 3)` ----

struct Operand {
  bool literal = true;
  Json value{};  ///< of a literal
  Path path{};   ///< from `@`, or from `$` if `from_root`
  bool from_root = false;
};
struct Filter {
  enum class Op : std::uint8_t { either, both, negated, exists, eq, ne, lt, le, gt, ge } op{};
  std::shared_ptr<const Filter> left{}, right{};  ///< of either, both, negated
  Operand first{}, second{};                      ///< of the others
};
bool holds(const Filter& filter, const Json& item, const Json& root);

}  // namespace opsim::json_path
