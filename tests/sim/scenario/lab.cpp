#include "standing.hpp"

namespace opsim::tests {

namespace {

ApiResult<Created> create_thing(Lab& lab, const ResourceRequest& request) {
  lab.seen[request.logical_id] = {request.properties, request.resource, request.source};
  if (const auto refused = request.properties.find("Refuse"); refused != request.properties.end())
    return ApiError{"ValidationError", refused->get<std::string>()};
  const std::string id = request.cloud.next_id("thing-");
  return Created{
      .physical_id = id,
      .arn = arn(request.place, "lab", "thing/" + id),
      .attributes = {{"Arn", arn(request.place, "lab", "thing/" + id)}, {"Endpoint.Port", "3306"}}};
}

/// Enters its resource itself, as an instance does that calls launch, too.
ApiResult<Created> create_self_entered(Lab&, const ResourceRequest& request) {
  const std::string id = request.cloud.next_id("self-");
  Resource own;
  own.logical_id = id;
  own.type = std::string{request.type};
  own.physical_id = id;
  own.place = request.place;
  own.tags["made"] = "by the lab";
  request.cloud.resources().add(std::move(own));
  Created created;
  created.physical_id = id;
  return created;
}

ApiResult<Json> get_parameter(Lab&, const Request& request) {
  const std::string name = request.input.at("Name").get<std::string>();
  if (name != "/app/size" && name != "/app/size:2")
    return ApiError{"ParameterNotFound", "no such parameter"};
  return Json{{"Parameter", {{"Value", name == "/app/size" ? "12" : "11"}}}};
}

ApiResult<Json> get_secret_value(Lab&, const Request& request) {
  const std::string id = request.input.at("SecretId").get<std::string>();
  if (id != "db" && id != "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-1")
    return ApiError{"ResourceNotFoundException", "no such secret"};
  return Json{{"SecretString", R"({"username":"admin","port":3306})"}};
}

constexpr std::string_view kColours[] = {"red", "green"};
constexpr Shape kText{.kind = Kind::text};
constexpr Shape kColour{.kind = Kind::text, .allowed = kColours};
constexpr Shape kCount{.kind = Kind::integer, .min = 0, .max = 100};
constexpr Shape kShare{.kind = Kind::number};
constexpr Shape kFlag{.kind = Kind::boolean};
constexpr Shape kTexts{.kind = Kind::list, .of = &kText};
constexpr Field kThingFields[] = {
    {.name = "Any"},
    {.name = "Colour", .shape = &kColour},
    {.name = "Count", .shape = &kCount},
    {.name = "Description", .shape = &kText, .simulated = Simulated::no},
    {.name = "Flag", .shape = &kFlag},
    {.name = "Labels", .shape = &kTexts},
    {.name = "Refuse", .shape = &kText},
    {.name = "Share", .shape = &kShare},
    {.name = "Text", .shape = &kText},
};
constexpr Shape kThing{.kind = Kind::mapping, .fields = kThingFields};

constexpr Operation kParameterStore[] = {
    {"GetParameter", Access::read, immediate<Lab, get_parameter>}};
constexpr Operation kSecrets[] = {
    {"GetSecretValue", Access::read, immediate<Lab, get_secret_value>}};
constexpr ResourceType kTypes[] = {
    {"AWS::Laboratory::SelfEntered", create<Lab, create_self_entered>},
    {"AWS::Laboratory::Thing", create<Lab, create_thing>, &kThing},
    {"AWS::Laboratory::Unsimulated", nullptr, nullptr, "for the tests"},
};

std::unique_ptr<Model> make_lab(Cloud&) { return std::make_unique<Lab>(); }

}  // namespace

const Service kLab{.name = "lab", .title = "A laboratory", .make = make_lab, .resources = kTypes};
const Service kStore{
    .name = "ssm", .title = "A store", .make = make_lab, .operations = kParameterStore};
const Service kVault{
    .name = "secretsmanager", .title = "A vault", .make = make_lab, .operations = kSecrets};

}  // namespace opsim::tests
