// What of an event reaches the next step.
// SIMPLIFIED: paths know names and indexes.
#include <charconv>

#include "models/pipes/pipes.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::pipes {

namespace {

/// "$.body.items[0].id"; null where it leads nowhere.
Json value_at(const Json& event, std::string_view path) {
  const Json* at = &event;
  Json parsed;
  path.remove_prefix(1);
  while (!path.empty()) {
    if (at->is_string()) {  // "implicit body data parsing"
      parsed = Json::parse(at->get_ref<const std::string&>(), nullptr, false);
      at = &parsed;
    }
    const bool index = path.front() == '[';
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find_first_of(index ? "]" : ".["), path.size());
    const std::string_view step = path.substr(0, end);
    path.remove_prefix(std::min(end + (index ? 1 : 0), path.size()));
    if (index) {
      std::size_t position = 0;
      std::from_chars(step.data(), step.data() + step.size(), position);
      if (!at->is_array() || position >= at->size()) return {};
      Json next = (*at)[position];
      parsed = std::move(next);
    } else {
      if (!at->is_object() || !at->contains(step)) return {};
      Json next = at->at(std::string{step});
      parsed = std::move(next);
    }
    at = &parsed;
  }
  return *at;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) {
      return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
    };
    const std::uint32_t three = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
    for (std::size_t digit = 0; digit < 4; ++digit)
      text += i + digit > bytes.size() ? '=' : kDigits[(three >> (18 - 6 * digit)) & 63U];
  }
  return text;
}

std::string reserved(const Pipe& pipe, std::string_view name) {
  if (name == "aws.pipes.pipe-arn") return pipe.arn;
  if (name == "aws.pipes.pipe-name") return pipe.name;
  if (name == "aws.pipes.source-arn") return pipe.source;
  if (name == "aws.pipes.enrichment-arn") return pipe.enrichment;
  if (name == "aws.pipes.target-arn") return pipe.target;
  return {};
}

}  // namespace

std::string fill_in(const Pipe& pipe, std::string_view input_template, const Json& event,
                    std::string_view ingested) {
  if (input_template.empty()) {
    Json whole = event;
    if (input::text(whole, "eventSource") == "aws:kinesis")
      whole["data"] = base64(input::text(whole, "data"));
    return whole.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  std::string text;
  while (!input_template.empty()) {
    const std::size_t open = std::min(input_template.find('<'), input_template.size());
    text += input_template.substr(0, open);
    input_template.remove_prefix(open);
    const std::size_t close = input_template.find('>');
    if (close == std::string_view::npos) return text.append(input_template);
    const std::string_view name = input_template.substr(1, close - 1);
    input_template.remove_prefix(close + 1);
    if (name == "aws.pipes.event" || name == "aws.pipes.event.json") {
      text += event.dump(-1, ' ', false, Json::error_handler_t::replace);
      continue;
    }
    const bool when = name == "aws.pipes.event.ingestion-time";
    const Json value = name.starts_with('$')
                           ? value_at(event, name)
                           : Json(when ? std::string{ingested} : reserved(pipe, name));
    const bool quoted = text.ends_with('"') || !name.starts_with('$');
    text += value.is_string() && quoted
                ? value.get<std::string>()
                : value.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return text;
}

}  // namespace opsim::pipes
