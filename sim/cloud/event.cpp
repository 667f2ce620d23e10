#include "opsim/cloud/event.hpp"

#include "opsim/cloud/event_line.hpp"
#include "opsim/document/json_line.hpp"

namespace opsim {

namespace {

constexpr std::size_t kLikely = 2000;  // bytes of an alarm's event

std::string time_of(const Event& event) {
  return iso8601(std::chrono::floor<std::chrono::seconds>(event.time));
}

}  // namespace

// EventBridge User Guide: events structure (version is "0"; time is UTC to the second).
Json Event::to_json() const {
  return json_object("account", place.account, "detail", detail.is_null() ? Json::object() : detail,
                     "detail-type", detail_type, "id", id, "region", place.region, "resources",
                     resources, "source", source, "time", time_of(*this), "version", "0");
}

std::string event_line(const Event& event) {
  std::string line;
  line.reserve(kLikely);
  const auto text = [&](std::string_view before, std::string_view value) {
    line += before;
    append_json_string(line, value);
  };
  text(R"({"account":)", event.place.account);
  line += R"(,"detail":)";
  if (event.detail.is_null()) {
    line += "{}";
  } else {
    append_json_line(line, event.detail);
  }
  text(R"(,"detail-type":)", event.detail_type);
  text(R"(,"id":)", event.id);
  text(R"(,"region":)", event.place.region);
  line += R"(,"resources":[)";
  for (std::size_t i = 0; i < event.resources.size(); ++i)
    text(i == 0 ? "" : ",", event.resources[i]);
  text(R"(],"source":)", event.source);
  text(R"(,"time":)", time_of(event));
  line += R"(,"version":"0"})";
  return line;
}

}  // namespace opsim
