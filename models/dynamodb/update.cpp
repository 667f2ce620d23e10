// Updates and projections.
// AWS: DynamoDB Developer Guide, "Using update expressions in DynamoDB", "Using projection
// expressions": values on the right are those before the update.
#include <fmt/format.h>

#include <algorithm>

#include "models/dynamodb/paths.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::dynamodb {

namespace {

class Updater {
 public:
  Updater(std::string_view text, const Placeholders& placeholders, Json item)
      : tokens_{text}, placeholders_{placeholders}, before_(item), after_(std::move(item)) {}

  ApiResult<Json> whole();

 private:
  std::optional<ApiError> set();
  std::optional<ApiError> remove();
  std::optional<ApiError> add(bool adds);
  ApiResult<Json> value();
  ApiResult<Json> term();
  ApiResult<Json> function(const std::string& name);
  [[nodiscard]] bool clause_ends() const {
    return tokens_.done() || tokens_.is("SET") || tokens_.is("REMOVE") || tokens_.is("ADD") ||
           tokens_.is("DELETE");
  }

  Tokens tokens_;
  const Placeholders& placeholders_;
  const Json before_;
  Json after_;
};

ApiError syntax(const std::string& token) {
  return validation_error(
      fmt::format("Invalid UpdateExpression: Syntax error; token: \"{}\"", token));
}

ApiResult<Json> Updater::whole() {
  while (!tokens_.done()) {
    const std::string clause = upper(tokens_.next());
    std::optional<ApiError> wrong;
    if (clause == "SET")
      wrong = set();
    else if (clause == "REMOVE")
      wrong = remove();
    else if (clause == "ADD" || clause == "DELETE")
      wrong = add(clause == "ADD");
    else
      return syntax(clause);
    if (wrong) return *wrong;
    if (!clause_ends()) return syntax(tokens_.peek());
  }
  return after_;
}

std::optional<ApiError> Updater::set() {
  do {
    const ApiResult<Path> path = read_path(tokens_, placeholders_);
    if (!path) return path.error();
    if (!tokens_.take("=")) return syntax(tokens_.peek());
    ApiResult<Json> made = value();
    if (!made) return made.error();
    if (!set_at(after_, *path, *std::move(made)))
      return validation_error(
          "The document path provided in the update expression is invalid for update");
  } while (tokens_.take(","));
  return std::nullopt;
}

std::optional<ApiError> Updater::remove() {
  do {
    const ApiResult<Path> path = read_path(tokens_, placeholders_);
    if (!path) return path.error();
    remove_at(after_, *path);
  } while (tokens_.take(","));
  return std::nullopt;
}

/// ADD of a number, ADD to and DELETE from a set.
std::optional<ApiError> Updater::add(bool adds) {
  do {
    const ApiResult<Path> path = read_path(tokens_, placeholders_);
    if (!path) return path.error();
    const ApiResult<Json> with = placeholder_value(tokens_.next(), placeholders_);
    if (!with) return with.error();
    const Json* there = at_path(after_, *path);
    if (with->contains("N")) {
      const double sum = (there == nullptr ? 0 : number_of(*there)) + number_of(*with);
      set_at(after_, *path, {{"N", number_text(sum)}});
      continue;
    }
    const std::string type = with->begin().key();
    std::vector<std::string> members =
        there == nullptr ? std::vector<std::string>{} : input::texts(*there, type);
    for (const std::string& member : input::texts(*with, type)) {
      std::erase(members, member);
      if (adds) members.push_back(member);
    }
    if (members.empty())
      remove_at(after_, *path);
    else
      set_at(after_, *path, {{type, members}});
  } while (tokens_.take(","));
  return std::nullopt;
}

ApiResult<Json> Updater::value() {
  ApiResult<Json> left = term();
  if (!left) return left;
  const bool plus = tokens_.take("+");
  if (!plus && !tokens_.take("-")) return left;
  const ApiResult<Json> right = term();
  if (!right) return right;
  if (!left->contains("N") || !right->contains("N"))
    return validation_error("An operand in the update expression has an incorrect data type");
  const double by = number_of(*right);
  return Json{{"N", number_text(number_of(*left) + (plus ? by : -by))}};
}

ApiResult<Json> Updater::term() {
  if (tokens_.peek().starts_with(':')) return placeholder_value(tokens_.next(), placeholders_);
  if (tokens_.peek_second() == "(") return function(tokens_.next());
  const ApiResult<Path> path = read_path(tokens_, placeholders_);
  if (!path) return path.error();
  const Json* there = at_path(before_, *path);
  if (there == nullptr)
    return validation_error(
        "The provided expression refers to an attribute that does not exist in the item");
  return *there;
}

ApiResult<Json> Updater::function(const std::string& name) {
  tokens_.take("(");
  if (name == "if_not_exists") {
    const ApiResult<Path> path = read_path(tokens_, placeholders_);
    if (!path) return path.error();
    if (!tokens_.take(",")) return syntax(tokens_.peek());
    const ApiResult<Json> otherwise = term();
    if (!otherwise) return otherwise;
    if (!tokens_.take(")")) return syntax(tokens_.peek());
    const Json* there = at_path(before_, *path);
    return there == nullptr ? *otherwise : *there;
  }
  if (name != "list_append")
    return validation_error(fmt::format("Invalid function name; function: {}", name));
  ApiResult<Json> first = term();
  if (!first) return first;
  if (!tokens_.take(",")) return syntax(tokens_.peek());
  const ApiResult<Json> second = term();
  if (!second) return second;
  if (!tokens_.take(")")) return syntax(tokens_.peek());
  if (!first->contains("L") || !second->contains("L"))
    return validation_error("An operand in the update expression has an incorrect data type");
  for (const Json& item : (*second)["L"]) (*first)["L"].push_back(item);
  return first;
}

}  // namespace

ApiResult<Json> updated(std::string_view expression, const Placeholders& placeholders, Json item) {
  if (expression.empty()) return item;
  return Updater{expression, placeholders, std::move(item)}.whole();
}

/// SIMPLIFIED: nested paths give their whole top-level attribute.
ApiResult<Json> projected(std::string_view expression, const Placeholders& placeholders,
                          const Json& item) {
  if (expression.empty()) return item;
  Tokens tokens{expression};
  Json chosen = Json::object();
  do {
    const ApiResult<Path> path = read_path(tokens, placeholders);
    if (!path) return path.error();
    const std::string& name = std::get<std::string>(path->front());
    if (item.contains(name)) chosen[name] = item[name];
  } while (tokens.take(","));
  if (!tokens.done())
    return validation_error(
        fmt::format("Invalid ProjectionExpression: Syntax error; token: \"{}\"", tokens.peek()));
  return chosen;
}

}  // namespace opsim::dynamodb
