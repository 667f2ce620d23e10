#include "sim/scenario/stack_coercion.hpp"

#include <algorithm>
#include <charconv>

namespace opsim {

namespace {

void to_text(Json& value) {
  if (value.is_number() || value.is_boolean()) value = value.dump();
}

void to_number(Json& value, Kind kind) {
  if (!value.is_string()) return;
  const std::string& text = value.get_ref<const std::string&>();
  const char* const end = text.data() + text.size();
  std::int64_t whole = 0;
  if (const auto read = std::from_chars(text.data(), end, whole);
      read.ec == std::errc{} && read.ptr == end) {
    value = whole;
    return;
  }
  double number = 0;
  const auto read = std::from_chars(text.data(), end, number);
  if (kind == Kind::number && read.ec == std::errc{} && read.ptr == end) value = number;
}

void to_boolean(Json& value) {
  if (!value.is_string()) return;
  const std::string& text = value.get_ref<const std::string&>();
  if (text == "true" || text == "True") {
    value = true;
  } else if (text == "false" || text == "False") {
    value = false;
  }
}

void coerce_fields(Json& object, const Shape& shape) {
  for (const Field& field : shape.fields) {
    if (field.shape == nullptr) continue;
    const auto found = object.find(field.name);
    if (found != object.end()) coerce(*found, *field.shape);
  }
}

void coerce_each(Json& values, const Shape& shape) {
  if (shape.of == nullptr) return;
  for (Json& value : values) coerce(value, *shape.of);
}

}  // namespace

void coerce(Json& value, const Shape& shape) {
  switch (shape.kind) {
    case Kind::text: return to_text(value);
    case Kind::integer:
    case Kind::number: return to_number(value, shape.kind);
    case Kind::boolean: return to_boolean(value);
    case Kind::mapping:
      if (value.is_object()) coerce_fields(value, shape);
      return;
    case Kind::table:
      if (value.is_object()) coerce_each(value, shape);
      return;
    case Kind::list:
      if (value.is_array()) coerce_each(value, shape);
      return;
    case Kind::one_or_list:
      if (value.is_array()) {
        coerce_each(value, shape);
      } else if (shape.of != nullptr) {
        coerce(value, *shape.of);
      }
      return;
    default: return;  // told apart by what is written, or not of CloudFormation
  }
}

}  // namespace opsim
