// Values and their conversions.
#include "models/step_functions/jsonata/value.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace opsim::jsonata {

void Object::set(const std::string& name, Value value) {
  const auto [at, fresh] = places.emplace(name, members.size());
  if (fresh) {
    members.emplace_back(name, std::move(value));
  } else {
    members[at->second].second = std::move(value);
  }
}

const Value* Object::find(std::string_view name) const {
  const auto at = places.find(name);
  return at == places.end() ? nullptr : &members[at->second].second;
}

const Value* Scope::find(std::string_view name) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer.get())
    if (const auto at = scope->own.find(name); at != scope->own.end()) return &at->second;
  return nullptr;
}

Value list_of(std::vector<Value> items) {
  auto list = std::make_shared<List>();
  list->items = std::move(items);
  return Value{std::shared_ptr<const List>{std::move(list)}};
}

Value sequence_of(std::vector<Value> items) {
  auto list = std::make_shared<List>();
  list->items = std::move(items);
  list->sequence = true;
  return Value{std::shared_ptr<const List>{std::move(list)}};
}

std::vector<Value> items_of(const Value& value) {
  if (const List* list = value.list()) return list->items;
  return value.defined() ? std::vector<Value>{value} : std::vector<Value>{};
}

Value value_of(const Json& json) {
  switch (json.type()) {
    case Json::value_t::null: return nullptr;
    case Json::value_t::boolean: return Value{json.get<bool>()};
    case Json::value_t::string: return Value{json.get<std::string>()};
    case Json::value_t::array: {
      std::vector<Value> items;
      items.reserve(json.size());
      for (const Json& item : json) items.push_back(value_of(item));
      return list_of(std::move(items));
    }
    case Json::value_t::object: {
      auto object = std::make_shared<Object>();
      for (const auto& [name, member] : json.items()) object->set(name, value_of(member));
      return Value{std::shared_ptr<const Object>{std::move(object)}};
    }
    default: return json.is_number() ? Value{json.get<double>()} : Value{};
  }
}

namespace {
// JSON has no infinity: AWS answers a text (github.com/floci-io/floci, pull request 2783).
Json number_json(double number) {
  if (!std::isfinite(number))
    return std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
  const bool whole = number == std::floor(number) && std::abs(number) <= 9007199254740992.0;
  if (whole) return static_cast<std::int64_t>(number);
  return number;
}
}  // namespace

namespace {

constexpr int kDeepestValue = 1'000;  // of JSON, as parsers of JSON have it

Json json_at(const Value& value, int depth) {
  if (depth > kDeepestValue) throw Error{kBound, "The value is nested too deeply", 0};
  if (!value.defined() || value.is_null()) return nullptr;
  if (const bool* flag = value.flag()) return *flag;
  if (const double* number = value.number()) return number_json(*number);
  if (const std::string* text = value.text()) return *text;
  if (const List* list = value.list()) {
    Json items = Json::array();
    for (const Value& item : list->items) items.push_back(json_at(item, depth + 1));
    return items;
  }
  if (const Object* object = value.object()) {
    Json members = Json::object();
    for (const auto& [name, member] : object->members)
      if (member.defined()) members[name] = json_at(member, depth + 1);
    return members;
  }
  return "";
}

}  // namespace

Json json_of(const Value& value) { return json_at(value, 0); }

bool equal(const Value& left, const Value& right) {
  if (left.number() && right.number()) return *left.number() == *right.number();
  if (left.text() && right.text()) return *left.text() == *right.text();
  if (left.flag() && right.flag()) return *left.flag() == *right.flag();
  if (left.is_null() || right.is_null()) return left.is_null() && right.is_null();
  if (left.list() && right.list()) {
    const auto& a = left.list()->items;
    const auto& b = right.list()->items;
    if (a.size() != b.size()) return false;
    for (std::size_t at = 0; at < a.size(); ++at)
      if (!equal(a[at], b[at])) return false;
    return true;
  }
  if (left.object() && right.object()) {
    if (left.object()->members.size() != right.object()->members.size()) return false;
    for (const auto& [name, member] : left.object()->members) {
      const Value* other = right.object()->find(name);
      if (other == nullptr || !equal(member, *other)) return false;
    }
    return true;
  }
  return left.function() != nullptr && left.function() == right.function();
}

bool truth(const Value& value) {
  if (const bool* flag = value.flag()) return *flag;
  if (const double* number = value.number()) return *number != 0;
  if (const std::string* text = value.text()) return !text->empty();
  if (const Object* object = value.object()) return !object->members.empty();
  if (const List* list = value.list()) {
    for (const Value& item : list->items)
      if (truth(item)) return true;
  }
  return false;
}

std::string number_text(double number) {
  if (number == 0) return "0";
  if (!std::isfinite(number))
    return std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
  if (number == std::floor(number) && std::abs(number) < 1e21) return fmt::format("{:.0f}", number);
  std::string text = fmt::format("{}", number);  // the shortest that reads back
  const auto mark = text.find('e');
  const int exponent = mark == std::string::npos ? 0 : std::atoi(text.c_str() + mark + 1);
  if (mark == std::string::npos) return text;
  // JavaScript writes small numbers out down to 1e-7, and an exponent without a zero.
  if (exponent >= -6 && exponent < 0) {
    text = fmt::format("{:.20f}", number);
    while (text.ends_with('0')) text.pop_back();
    return text;
  }
  return fmt::format("{}e{}{}", text.substr(0, mark), exponent < 0 ? "-" : "+", std::abs(exponent));
}

namespace {

// JSON.stringify with every number cut to 15 digits.
void write(const Value& value, std::string& out, bool pretty, std::size_t indent) {
  if (indent > 2 * static_cast<std::size_t>(kDeepestValue))
    throw Error{kBound, "The value is nested too deeply", 0};
  const std::string line = pretty ? "\n" + std::string(indent + 2, ' ') : "";
  const std::string end = pretty ? "\n" + std::string(indent, ' ') : "";
  if (const double* number = value.number()) {
    if (!std::isfinite(*number))
      throw Error{"D3001", "Attempting to invoke string function on Infinity or NaN", 0};
    out += number_text(std::strtod(fmt::format("{:.15g}", *number).c_str(), nullptr));
  } else if (const List* list = value.list()) {
    out += '[';
    for (std::size_t at = 0; at < list->items.size(); ++at) {
      out += (at > 0 ? "," : "") + line;
      write(list->items[at], out, pretty, indent + 2);
    }
    out += (list->items.empty() ? "" : end) + "]";
  } else if (const Object* object = value.object()) {
    out += '{';
    bool first = true;
    for (const auto& [name, member] : object->members) {
      if (!member.defined()) continue;
      out += (first ? "" : ",") + line + Json(name).dump() + (pretty ? ": " : ":");
      first = false;
      write(member, out, pretty, indent + 2);
    }
    out += (first ? "" : end) + "}";
  } else {
    out += value.function() != nullptr
               ? "\"\""
               : json_of(value).dump(-1, ' ', false, Json::error_handler_t::replace);
  }
}

}  // namespace

std::string text_of(const Value& value, bool pretty) {
  if (const std::string* text = value.text()) return *text;
  if (value.function() != nullptr) return "";
  std::string out;
  write(value, out, pretty, 0);
  return out;
}

std::string shown_text(const Value& value) {
  if (!value.defined()) return "undefined";
  if (value.text() != nullptr)
    return Json(*value.text()).dump(-1, ' ', false, Json::error_handler_t::replace);
  return text_of(value);
}

}  // namespace opsim::jsonata
