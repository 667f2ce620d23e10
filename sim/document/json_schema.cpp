// Shapes -> JSON Schema, draft 2020-12: completion and hover text in an editor.
#include <fmt/format.h>

#include <cmath>
#include <map>

#include "opsim/document/shape.hpp"
#include "opsim/json.hpp"
#include "opsim/kernel/ensure.hpp"
#include "sim/document/expectation.hpp"

namespace opsim {
namespace {

// The notations of the kernel and of quantity.hpp as ECMA 262 patterns. The readers decide; a
// pattern is for the editor's red line.
constexpr std::string_view kNumber = R"(-?\d+(\.\d+)?)";
constexpr std::string_view kDuration =
    R"(\d+(\.\d+)?\s*(ns|us|ms|s|min|h|d|w)(\s*\d+(\.\d+)?\s*(ns|us|ms|s|min|h|d|w))*)";
constexpr std::string_view kPer = R"((\d+(\.\d+)?\s*)?(ns|us|ms|s|min|h|d|w))";
constexpr std::string_view kMoment =
    R"(\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)";
constexpr std::string_view kDistribution =
    R"((uniform|exponential|lognormal|normal|gamma|weibull|empirical)\s*\(.*\))";
constexpr std::string_view kAnyUnit = "[A-Za-z%_-]*";

std::string unit_pattern(const Shape& shape) {
  if (shape.allowed.empty()) return std::string(kAnyUnit);
  return fmt::format("({})", fmt::join(shape.allowed, "|"));
}

std::string pattern_of(const Shape& shape) {
  switch (shape.kind) {
    case Kind::duration: return fmt::format("^{}$", kDuration);
    case Kind::percent: return fmt::format("^{}\\s*%$", kNumber);
    case Kind::quantity: return fmt::format("^{}\\s*{}$", kNumber, unit_pattern(shape));
    case Kind::rate:
      return fmt::format("^{}\\s*{}\\s*(/|\\bper\\b)\\s*{}$", kNumber, unit_pattern(shape), kPer);
    case Kind::time: return fmt::format("^{}$", kMoment);
    case Kind::distribution:
      return fmt::format("^({}|{}|{}\\s*%?)$", kDistribution, kDuration, kNumber);
    default: return "";
  }
}

void put_range(Json& schema, const Shape& shape, const char* least, const char* most) {
  const auto whole = [](double bound) {
    return bound == std::trunc(bound) ? Json(static_cast<std::int64_t>(bound)) : Json(bound);
  };
  if (std::isfinite(shape.min)) schema[least] = whole(shape.min);
  if (std::isfinite(shape.max)) schema[most] = whole(shape.max);
}

class SchemaWriter {
 public:
  [[nodiscard]] Json document(const Shape& root, std::string_view title);

 private:
  [[nodiscard]] Json of(const Shape* shape);
  [[nodiscard]] Json written_out(const Shape& shape);
  [[nodiscard]] Json scalar(const Shape& shape);
  [[nodiscard]] Json list(const Shape& shape);
  [[nodiscard]] Json mapping(const Shape& shape);
  [[nodiscard]] Json table(const Shape& shape);
  [[nodiscard]] std::string definition(const Shape& shape);

  std::vector<std::pair<const Shape*, std::string>> named_;
  Json definitions_ = Json::object();
  int depth_ = 0;
};

Json SchemaWriter::document(const Shape& root, std::string_view title) {
  Json schema = of(&root);
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  if (!title.empty()) schema["title"] = title;
  if (!definitions_.empty()) schema["$defs"] = std::move(definitions_);
  return schema;
}

Json SchemaWriter::of(const Shape* shape) {
  if (shape == nullptr) return Json::object();
  if (shape->name.empty()) return written_out(*shape);
  return {{"$ref", "#/$defs/" + definition(*shape)}};
}

/// The name of a shape in $defs; written there when first met.
std::string SchemaWriter::definition(const Shape& shape) {
  for (const auto& [known, name] : named_) {
    if (known == &shape) return name;
  }
  std::string name(shape.name);
  for (int i = 2; definitions_.contains(name); ++i) name = fmt::format("{}-{}", shape.name, i);
  named_.emplace_back(&shape, name);
  definitions_[name] = Json::object();  // taken, before the shape can meet itself
  definitions_[name] = written_out(shape);
  return name;
}

Json SchemaWriter::written_out(const Shape& shape) {
  constexpr int kDeepest = 64;
  ensure(++depth_ < kDeepest, "a Shape that contains itself has a name");
  Json schema;
  switch (shape.kind) {
    case Kind::any: schema = Json::object(); break;
    case Kind::list: schema = list(shape); break;
    case Kind::mapping: schema = mapping(shape); break;
    case Kind::table: schema = table(shape); break;
    case Kind::one_or_list: schema["anyOf"] = Json::array({of(shape.of), list(shape)}); break;
    case Kind::either:
      schema["anyOf"] = Json::array();
      for (const Shape* choice : shape.choices) schema["anyOf"].push_back(of(choice));
      break;
    default: schema = scalar(shape); break;
  }
  if (!shape.doc.empty()) schema["description"] = shape.doc;
  --depth_;
  return schema;
}

Json SchemaWriter::scalar(const Shape& shape) {
  Json schema = Json::object();
  switch (shape.kind) {
    case Kind::text:
      schema["type"] = "string";
      put_range(schema, shape, "minLength", "maxLength");
      if (!shape.allowed.empty()) schema["enum"] = shape.allowed;
      break;
    case Kind::integer:
    case Kind::number:
      schema["type"] = shape.kind == Kind::integer ? "integer" : "number";
      put_range(schema, shape, "minimum", "maximum");
      break;
    case Kind::boolean: schema["type"] = "boolean"; break;
    case Kind::distribution:
      schema["type"] = Json::array({"string", "number"});
      schema["pattern"] = pattern_of(shape);
      break;
    default:
      schema["type"] = "string";
      schema["pattern"] = pattern_of(shape);
      break;
  }
  if (!example_of(shape).empty()) schema["examples"] = Json::array({example_of(shape)});
  return schema;
}

Json SchemaWriter::list(const Shape& shape) {
  Json schema{{"type", "array"}};
  if (shape.of != nullptr) schema["items"] = of(shape.of);
  put_range(schema, shape, "minItems", "maxItems");
  return schema;
}

Json SchemaWriter::mapping(const Shape& shape) {
  Json schema{{"type", "object"}, {"additionalProperties", false}};
  Json& properties = schema["properties"] = Json::object();
  Json required = Json::array();
  for (const Field& field : shape.fields) {
    Json property = of(field.shape);
    std::string doc(field.doc);
    if (field.simulated == Simulated::no) doc += doc.empty() ? "Not simulated." : " Not simulated.";
    if (!doc.empty()) property["description"] = doc;
    properties[std::string(field.name)] = std::move(property);
    if (field.need == Need::required) required.push_back(field.name);
  }
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

Json SchemaWriter::table(const Shape& shape) {
  Json schema{{"type", "object"}, {"additionalProperties", of(shape.of)}};
  if (!shape.allowed.empty()) schema["propertyNames"] = {{"enum", shape.allowed}};
  return schema;
}

}  // namespace

Json json_schema(const Shape& shape, std::string_view title) {
  return SchemaWriter().document(shape, title);
}

}  // namespace opsim
