// Resource types AWS::ElasticLoadBalancingV2::*. A template's properties are read by what reads the
// call of the same thing.
#include <fmt/format.h>

#include <algorithm>

#include "models/elb/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::elb {

ApiResult<Created> create_target_group_resource(Elb& elb, const ResourceRequest& request) {
  Json input = request.properties;
  if (input::text(input, "Name").empty()) {
    const std::string name = generated_name(request);
    input["Name"] = name;
    for (int i = 2; elb.find_target_group(request.place, input::text(input, "Name")) != nullptr;
         ++i)
      input["Name"] = fmt::format("{}-{}", name.substr(0, 28), i);
  }
  // CloudFormation: "If the target type is lambda, VpcId does not apply"; a template that leaves it
  // out for others would be refused by the API.
  const ApiResult<TargetGroup*> made = add_target_group(elb, request.place, input);
  if (!made) return made.error();
  TargetGroup& group = **made;
  ApiResult<Attributes> changed =
      changed_attributes(group.attributes, input::member(input, "TargetGroupAttributes"));
  if (!changed) return changed.error();
  group.attributes = *std::move(changed);
  if (const Json& targets = input::member(input, "Targets"); targets.is_array())
    if (auto done = register_in(elb, group, targets, Stands::yes); !done) return done.error();
  return Created{.physical_id = group.arn,
                 .arn = group.arn,
                 .attributes = {{"LoadBalancerArns", Json::array()},
                                {"TargetGroupArn", group.arn},
                                {"TargetGroupFullName", group.full_name},
                                {"TargetGroupName", group.name}}};
}

ApiResult<Created> create_listener_resource(Elb& elb, const ResourceRequest& request) {
  const ApiResult<Listener*> made = add_listener(elb, request.properties, Stands::yes);
  if (!made) return made.error();
  return Created{.physical_id = (*made)->arn,
                 .arn = (*made)->arn,
                 .attributes = {{"ListenerArn", (*made)->arn}}};
}

ApiResult<Created> create_rule_resource(Elb& elb, const ResourceRequest& request) {
  const ApiResult<Rule*> made = add_rule(elb, request.properties, Stands::yes);
  if (!made) return made.error();
  return Created{.physical_id = (*made)->arn,
                 .arn = (*made)->arn,
                 .attributes = {{"IsDefault", false}, {"RuleArn", (*made)->arn}}};
}

ApiResult<Created> create_certificate_resource(Elb& elb, const ResourceRequest& request) {
  const std::string arn = input::text(request.properties, "ListenerArn");
  Listener* listener = elb.find_listener(arn);
  if (listener == nullptr) return no_listener();
  const Json& given = input::member(request.properties, "Certificates");
  if (given.is_array())
    for (const Json& certificate : given)
      listener->certificates.push_back(
          {{"CertificateArn", input::text(certificate, "CertificateArn")}, {"IsDefault", false}});
  return Created{.physical_id = fmt::format("{}-{}", request.stack, request.logical_id),
                 .arn = {},
                 .attributes = Json::object()};
}

namespace {

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kTexts{.kind = Kind::list, .of = &kText};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Shape kPort{.kind = Kind::integer, .min = 1, .max = 65'535};
constexpr Shape kThreshold{.kind = Kind::integer, .min = 2, .max = 10};
constexpr Shape kInterval{.kind = Kind::integer, .min = 5, .max = 300};
constexpr Shape kTimeout{.kind = Kind::integer, .min = 2, .max = 120};
constexpr Shape kPriority{.kind = Kind::integer, .min = 1, .max = 50'000};

constexpr Field kLoadBalancerFields[] = {
    {.name = "EnablePrefixForIpv6SourceNat", .simulated = Simulated::no},
    {.name = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", .simulated = Simulated::no},
    {.name = "IpAddressType", .shape = &kText},
    {.name = "Ipv4IpamPoolId", .simulated = Simulated::no},
    {.name = "LoadBalancerAttributes"},
    {.name = "MinimumLoadBalancerCapacity", .simulated = Simulated::no},
    {.name = "Name", .shape = &kText},
    {.name = "Scheme", .shape = &kText},
    {.name = "SecurityGroups", .shape = &kTexts},
    {.name = "SubnetMappings"},
    {.name = "Subnets", .shape = &kTexts},
    {.name = "Tags"},
    {.name = "Type", .shape = &kText},
};
constexpr Shape kLoadBalancer{.kind = Kind::mapping, .fields = kLoadBalancerFields};

constexpr Field kTargetGroupFields[] = {
    {.name = "HealthCheckEnabled", .shape = &kBoolean},
    {.name = "HealthCheckIntervalSeconds", .shape = &kInterval},
    {.name = "HealthCheckPath", .shape = &kText},
    {.name = "HealthCheckPort", .shape = &kText},
    {.name = "HealthCheckProtocol", .shape = &kText},
    {.name = "HealthCheckTimeoutSeconds", .shape = &kTimeout},
    {.name = "HealthyThresholdCount", .shape = &kThreshold},
    {.name = "IpAddressType", .shape = &kText},
    {.name = "Matcher"},
    {.name = "Name", .shape = &kText},
    {.name = "Port", .shape = &kPort},
    {.name = "Protocol", .shape = &kText},
    {.name = "ProtocolVersion", .shape = &kText},
    {.name = "Tags"},
    {.name = "TargetGroupAttributes"},
    {.name = "TargetType", .shape = &kText},
    {.name = "Targets"},
    {.name = "UnhealthyThresholdCount", .shape = &kThreshold},
    {.name = "VpcId", .shape = &kText},
};
constexpr Shape kTargetGroup{.kind = Kind::mapping, .fields = kTargetGroupFields};

constexpr Field kListenerFields[] = {
    {.name = "AlpnPolicy", .shape = &kTexts, .simulated = Simulated::no},
    {.name = "Certificates", .simulated = Simulated::no},
    {.name = "DefaultActions", .need = Need::required},
    {.name = "ListenerAttributes", .simulated = Simulated::no},
    {.name = "LoadBalancerArn", .shape = &kText, .need = Need::required},
    {.name = "MutualAuthentication", .simulated = Simulated::no},
    {.name = "Port", .shape = &kPort},
    {.name = "Protocol", .shape = &kText},
    {.name = "SslPolicy", .shape = &kText, .simulated = Simulated::no},
};
constexpr Shape kListener{.kind = Kind::mapping, .fields = kListenerFields};

constexpr Field kRuleFields[] = {
    {.name = "Actions", .need = Need::required},
    {.name = "Conditions", .need = Need::required},
    {.name = "ListenerArn", .shape = &kText},
    {.name = "Priority", .shape = &kPriority, .need = Need::required},
    {.name = "Tags"},
    {.name = "Transforms", .simulated = Simulated::no},
};
constexpr Shape kRule{.kind = Kind::mapping, .fields = kRuleFields};

constexpr Field kCertificateFields[] = {
    {.name = "Certificates", .need = Need::required, .simulated = Simulated::no},
    {.name = "ListenerArn", .shape = &kText, .need = Need::required},
};
constexpr Shape kCertificate{.kind = Kind::mapping, .fields = kCertificateFields};

constexpr ResourceType kResourceRows[] = {
    {.type = "AWS::ElasticLoadBalancingV2::Listener",
     .create = create<Elb, create_listener_resource>,
     .properties = &kListener},
    {.type = "AWS::ElasticLoadBalancingV2::ListenerCertificate",
     .create = create<Elb, create_certificate_resource>,
     .properties = &kCertificate},
    {.type = "AWS::ElasticLoadBalancingV2::ListenerRule",
     .create = create<Elb, create_rule_resource>,
     .properties = &kRule},
    {.type = "AWS::ElasticLoadBalancingV2::LoadBalancer",
     .create = create<Elb, create_load_balancer_resource>,
     .properties = &kLoadBalancer},
    {.type = "AWS::ElasticLoadBalancingV2::TargetGroup",
     .create = create<Elb, create_target_group_resource>,
     .properties = &kTargetGroup},
};
static_assert(std::ranges::adjacent_find(kResourceRows, std::ranges::greater_equal{},
                                         &ResourceType::type) == std::end(kResourceRows),
              "sorted by type, no duplicates");

}  // namespace

const std::span<const ResourceType> kResources = kResourceRows;

}  // namespace opsim::elb
