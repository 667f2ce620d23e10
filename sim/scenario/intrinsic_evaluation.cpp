// What each intrinsic function gives.
// AWS: CloudFormation User Guide, "Intrinsic function reference" (one page a function).
#include "sim/scenario/intrinsic_evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/intrinsic_text.hpp"
#include "sim/scenario/stack_convention.hpp"

namespace opsim {

namespace {

/// A single value counts as a list of it.
bool is_among(const Json& one, const Json& list) {
  if (!list.is_array()) return scalar_text(one) == scalar_text(list);
  return std::ranges::any_of(
      list, [&](const Json& item) { return scalar_text(item) == scalar_text(one); });
}

bool all_among(const Json& list, const Json& known) {
  if (!list.is_array()) return is_among(list, known);
  return std::ranges::all_of(list, [&](const Json& one) { return is_among(one, known); });
}

}  // namespace

Json Evaluation::value(const Expression& e) {
  switch (e.op) {
    case Op::literal: return e.value;
    case Op::list: return list(e);
    case Op::object: return object(e);
    case Op::parameter: {
      const Json& given = scope_.parameters[e.index];
      return charge(
                 given.is_string() ? given.get_ref<const std::string&>().size() : 32 * given.size(),
                 e)
                 ? given
                 : Json("");
    }
    case Op::resource: return reference(e);
    case Op::attribute: return attribute(e);
    case Op::pseudo: return pseudo(e);
    case Op::text: return text(e);
    case Op::join: return join(e);
    case Op::split: return split(e);
    case Op::select: return select(e);
    case Op::find_in_map: return find_in_map(e);
    case Op::choose: return value(e.operands[scope_.conditions[e.index] != 0 ? 0 : 1]);
    case Op::base64: return base64(text(e.operands[0]));
    case Op::zones: {
      const std::string region = text(e.operands[0]);
      return zones_of(region.empty() ? scope_.place().region : region);
    }
    case Op::cidr: return cidr(e);
    case Op::import_value: return import_value(e);
    case Op::length: return length(e);
    case Op::json_text: return value(e.operands[0]).dump();
    case Op::dynamic_reference: return resolve_references(scope_, text(e.operands[0]));
    default: return holds(e);
  }
}

const Json& Evaluation::resolve(const Expression& e, Json& storage) {
  if (e.constant()) return e.value;
  storage = value(e);
  return storage;
}

bool Evaluation::holds(const Expression& e) {
  const auto operand = [&](const Expression& other) { return holds(other); };
  switch (e.op) {
    case Op::condition: return scope_.conditions[e.index] != 0;
    case Op::all: return std::ranges::all_of(e.operands, operand);
    case Op::any: return std::ranges::any_of(e.operands, operand);
    case Op::negate: return !holds(e.operands[0]);
    case Op::equals: {
      Json left;
      Json right;
      const Json& a = resolve(e.operands[0], left);
      const Json& b = resolve(e.operands[1], right);
      if (a.is_structured() || b.is_structured()) return a == b;
      return scalar_text(a) == scalar_text(b);
    }
    case Op::contains: return is_among(value(e.operands[1]), value(e.operands[0]));
    case Op::each_equals: return all_among(value(e.operands[0]), value(e.operands[1]));
    case Op::each_in: return all_among(value(e.operands[0]), value(e.operands[1]));
    default: return false;
  }
}

std::string Evaluation::text(const Expression& e) {
  std::string text;
  Json storage;
  if (e.op != Op::text) {
    append(text, resolve(e, storage), e);
    return text;
  }
  for (const Expression& piece : e.operands) append(text, resolve(piece, storage), piece);
  return text;
}

/// UNDOCUMENTED: a list in a text is joined by commas, as its parameter was written.
void Evaluation::append(std::string& text, const Json& value, const Expression& from) {
  if (value.is_object()) {
    failed(from, "a mapping cannot be part of a text");
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i > 0) text += ',';
      append(text, value[i], from);
    }
  } else if (value.is_string()) {
    const std::string& piece = value.get_ref<const std::string&>();
    if (charge(piece.size(), from)) text += piece;
  } else {
    text += scalar_text(value);
  }
}

/// False, and one complaint, when a stack has grown beyond all bounds.
bool Evaluation::charge(std::size_t characters, const Expression& from) {
  if (scope_.budget == 0) return false;
  if (characters < scope_.budget) {
    scope_.budget -= characters;
    return true;
  }
  scope_.budget = 0;
  failed(from, "the values of this stack grow beyond 64 MB");
  return false;
}

Json Evaluation::failed(const Expression& e, std::string message) {
  scope_.complain(e.text, std::move(message));
  return "";
}

// ---- Lists and mappings ----------------------------------------------------------------------

Json Evaluation::list(const Expression& e) {
  Json items = Json::array();
  for (const Expression& operand : e.operands) {
    Json item = value(operand);
    if (!item.is_discarded()) items.push_back(std::move(item));
  }
  return items;
}

Json Evaluation::object(const Expression& e) {
  Json entries = Json::object();
  for (std::size_t i = 0; i < e.operands.size(); ++i) {
    Json entry = value(e.operands[i]);
    if (!entry.is_discarded()) entries[e.keys[i]] = std::move(entry);
  }
  return entries;
}

// ---- What names stand for --------------------------------------------------------------------

Json Evaluation::pseudo(const Expression& e) {
  const Place& place = scope_.place();
  switch (static_cast<Pseudo>(e.index)) {
    case Pseudo::account_id: return place.account;
    case Pseudo::no_value: return no_value();
    case Pseudo::notification_arns: return Json::array();
    case Pseudo::partition: return std::string{partition_of(place.region)};
    case Pseudo::region: return place.region;
    case Pseudo::stack_id: return scope_.stack_id;
    case Pseudo::stack_name: return scope_.settings.name;
    case Pseudo::url_suffix:
      return place.region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  }
  return "";
}

const Standing* Evaluation::standing(const Expression& e) {
  const Standing& resource = scope_.resources[e.index];
  if (resource.state == Standing::State::stands) return &resource;
  // "Unresolved resource dependencies [...] in the Resources block of the template"
  if (resource.state == Standing::State::absent)
    failed(e, fmt::format("{} is not created, since its condition is false; use Fn::If here, too",
                          scope_.body.resources[e.index].logical_id));
  return nullptr;
}

Json Evaluation::reference(const Expression& e) {
  const Standing* resource = standing(e);
  return resource == nullptr ? no_value() : Json(resource->physical_id);
}

Json Evaluation::attribute(const Expression& e) {
  const Standing* resource = standing(e);
  if (resource == nullptr) return no_value();
  const std::string name = text(e.operands[0]);
  const auto given = resource->attributes.find(name);
  if (given != resource->attributes.end()) return *given;
  const TemplateResource& written = scope_.body.resources[e.index];
  if (scope_.body.bodies[e.index].nested)
    return failed(e, fmt::format("nested stack {} has no {}", written.logical_id, name));
  if (resource->simulated)
    ++scope_.not_simulated[fmt::format("{} attribute {}", written.type, name)];
  return conventional_attribute(written, *resource, name, scope_.place());
}

Json Evaluation::import_value(const Expression& e) {
  const std::string name = text(e.operands[0]);
  const Exports::Export* found = scope_.exports.find(scope_.place(), name);
  if (found != nullptr) {
    scope_.imports.insert(name);
    return found->value;
  }
  return failed(e, fmt::format("no stack before this one exports {}{}", opsim::quoted(name),
                               did_you_mean(name, scope_.exports.names(scope_.place()))));
}

Json Evaluation::find_in_map(const Expression& e) {
  const std::string map = text(e.operands[0]);
  const std::string first = text(e.operands[1]);
  const std::string second = text(e.operands[2]);
  if (const auto mapping = scope_.body.mappings.find(map); mapping != scope_.body.mappings.end())
    if (const auto row = mapping->second.find(first); row != mapping->second.end())
      if (const auto found = row->second.find(second); found != row->second.end())
        return found->second;
  if (e.operands.size() > 3) return value(e.operands[3]);
  return failed(e, fmt::format("mapping {} has no value for {}, {}", map, opsim::quoted(first),
                               opsim::quoted(second)));
}

// ---- Texts and lists -------------------------------------------------------------------------

Json Evaluation::join(const Expression& e) {
  const std::string delimiter = text(e.operands[0]);
  Json storage;
  const Json& items = resolve(e.operands[1], storage);
  if (!items.is_array()) return failed(e, "Fn::Join has no list to join");
  std::string joined;
  bool first = true;
  for (const Json& item : items) {
    if (!first) joined += delimiter;
    first = false;
    append(joined, item, e);
  }
  return joined;
}

Json Evaluation::split(const Expression& e) {
  const std::string delimiter = text(e.operands[0]);
  const std::string whole = text(e.operands[1]);
  if (delimiter.empty()) return failed(e, "the delimiter of Fn::Split is empty");
  Json parts = Json::array();
  std::size_t from = 0;
  for (auto at = whole.find(delimiter); at != std::string::npos; at = whole.find(delimiter, from)) {
    parts.push_back(whole.substr(from, at - from));
    from = at + delimiter.size();
  }
  parts.push_back(whole.substr(from));
  return parts;
}

Json Evaluation::select(const Expression& e) {
  const std::string index = text(e.operands[0]);
  Json storage;
  const Json& items = resolve(e.operands[1], storage);
  if (!items.is_array()) return failed(e, "Fn::Select has no list to select from");
  const auto number = whole_number_of(index);
  if (!number)
    return failed(
        e, fmt::format("the index of Fn::Select is {}; it counts from 0", opsim::quoted(index)));
  if (*number >= items.size())
    return failed(e, fmt::format("Fn::Select takes item {} of a list of {}; the first is 0", index,
                                 items.size()));
  return items[*number];
}

Json Evaluation::length(const Expression& e) {
  Json storage;
  const Json& items = resolve(e.operands[0], storage);
  return items.is_array() ? Json(items.size()) : failed(e, "Fn::Length has no list to count");
}

Json Evaluation::cidr(const Expression& e) {
  CidrRequest request{.block = text(e.operands[0])};
  const auto count = whole_number_of(text(e.operands[1]));
  if (!count) return failed(e, "the count of Fn::Cidr is no number");
  request.count = *count;
  if (e.operands.size() > 2) {
    request.bits = whole_number_of(text(e.operands[2]));
    if (!request.bits) return failed(e, "the bits of Fn::Cidr are no number");
  }
  CidrAnswer answer = cidr_blocks(request);
  return answer.wrong.empty() ? Json(std::move(answer.blocks)) : failed(e, answer.wrong);
}

}  // namespace opsim
