#pragma once
/// A world of the Parameter Store that remembers its events.
#include <string>
#include <vector>

#include "models/parameter_store/service.hpp"
#include "models/secrets_manager/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

struct StoreEvents : Model {
  std::vector<Event> events;
};
inline constexpr Service kStoreEvents{
    .name = "log",
    .title = "What tests see of buses",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<StoreEvents>(); },
    .on_event =
        [](Model& model, const Event& event) {
          static_cast<StoreEvents&>(model).events.push_back(event);
        },
};
inline constexpr const Service* kStoreServices[] = {&kParameterStore, &kSecretsManager,
                                                    &kStoreEvents};

struct Store : SmallWorld {
  Store() : SmallWorld{kStoreServices} {}

  std::vector<Event>& events() { return static_cast<StoreEvents*>(cloud.model("log"))->events; }

  /// The operation at once, unthrottled.
  ApiResult<Json> ask(std::string_view operation, const Json& input) {
    const OperationFound found = find_operation(cloud.catalog(), "ssm", operation);
    REQUIRE(found.row != nullptr);
    const Caller by = user();
    const Request request{cloud, by, "ssm", found.row->name, input};
    return found.row->now(*cloud.model(found.table->name), request);
  }
  Json answer(std::string_view operation, const Json& input) {
    ApiResult<Json> given = ask(operation, input);
    if (!given) FAIL(operation << ": " << given.error().code << ": " << given.error().message);
    return given ? *given : Json{};
  }
  /// The version that PutParameter makes, or AWS's code.
  std::string put(const Json& members) {
    Json input{{"Value", "x"}, {"Type", "String"}};
    input.update(members);
    const ApiResult<Json> made = ask("PutParameter", input);
    return made ? made->at("Version").dump() : made.error().code;
  }
  std::string put(const std::string& name, const std::string& value) {
    return put({{"Name", name}, {"Value", value}, {"Overwrite", true}});
  }
  /// The value under a name, with a selector or without, or AWS's code.
  std::string value_of(const std::string& name) {
    const ApiResult<Json> read = ask("GetParameter", {{"Name", name}});
    return read ? read->at("Parameter").at("Value").get<std::string>() : read.error().code;
  }
  /// The names that a listing answers, in its order: "a b".
  std::string names(std::string_view operation, const Json& input) {
    const ApiResult<Json> read = ask(operation, input);
    if (!read) return read.error().code;
    std::string list;
    for (const Json& parameter : read->at("Parameters"))
      list += (list.empty() ? "" : " ") + parameter.at("Name").get<std::string>();
    return list;
  }
};

}  // namespace opsim::tests
