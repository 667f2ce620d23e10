#pragma once
/// From what a definition says to a value: paths, payload templates, intrinsic functions, JSONata.
#include <map>
#include <string>
#include <string_view>

#include "models/step_functions/definition.hpp"
#include "models/step_functions/intrinsics/intrinsics.hpp"
#include "models/step_functions/json_path/json_path.hpp"
#include "models/step_functions/jsonata/jsonata.hpp"
#include "models/step_functions/language.hpp"

namespace opsim::step_functions {

/// What evaluation may ask of the world.
struct World {
  Chance chance;
  std::function<double()> milliseconds;  ///< since 1970
};

/// Reads each path and expression once. Failures say what is wrong, without the state's name.
class Query {
 public:
  explicit Query(World world) : world_{std::move(world)} {}

  /// `$.a`, `$$.a`, `$name.a` or an intrinsic function.
  Outcome<Json> reference(std::string_view text, const Values& values);
  /// The same for a field that holds a path; a failure is "Invalid path '$.a' : No results …".
  Outcome<Json> path(std::string_view text, const Values& values);
  /// Parameters, ResultSelector, Arguments, Output, Assign: by the state's language. `field` is
  /// what a failure calls it.
  Outcome<Json> payload(const Json& written, Language language, const Values& values,
                        const std::string& field);
  Outcome<Json> expression(std::string_view marked, const Values& values, const std::string& field);
  /// As expression, and of that JSON type: "array", "boolean", "number", "string".
  Outcome<Json> typed(std::string_view marked, std::string_view type, const Values& values,
                      const std::string& field);
  [[nodiscard]] double chance() { return world_.chance.number(); }

 private:
  Outcome<Json> follow(std::string_view text, const Values& values, std::string& why);
  Outcome<Json> template_of(const Json& written, const Values& values, const std::string& field);
  Outcome<Json> expressions_in(const Json& written, const Values& values, const std::string& field);
  const json_path::Path* read_path(std::string_view text);

  World world_;
  std::map<std::string, json_path::Path, std::less<>> paths_;
  std::map<std::string, jsonata::Expression, std::less<>> expressions_;
};

/// "array", "object", "string", "number", "boolean", "null"
std::string_view type_name(const Json& value);

}  // namespace opsim::step_functions
