// Operations on listeners. AWS: ELB API (2015-12-01), the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/elb/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

constexpr std::size_t kMostListeners = 50;  // quota "Listeners per Application Load Balancer"

bool fits(const LoadBalancer& balancer, std::string_view protocol) {
  constexpr std::string_view kNetwork[] = {"TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"};
  if (balancer.is_application()) return protocol == "HTTP" || protocol == "HTTPS";
  if (balancer.type == "gateway") return protocol.empty();
  return std::ranges::count(kNetwork, protocol) > 0;
}

Json listener_json(const Listener& listener) {
  Json made{{"ListenerArn", listener.arn},
            {"LoadBalancerArn", listener.load_balancer},
            {"DefaultActions", listener.otherwise.actions}};
  if (!listener.protocol.empty()) {
    made["Protocol"] = listener.protocol;
    made["Port"] = listener.port;
  }
  if (!listener.certificates.empty()) made["Certificates"] = listener.certificates;
  if (!listener.ssl_policy.empty()) made["SslPolicy"] = listener.ssl_policy;
  if (!listener.alpn.empty()) made["AlpnPolicy"] = listener.alpn;
  return made;
}

ApiResult<Listener*> asked_listener(Elb& elb, const Request& request) {
  const std::string arn = input::text(request.input, "ListenerArn");
  Listener* listener = elb.find_listener(arn);
  if (listener == nullptr) return no_listener();
  return listener;
}

/// Protocol, port and certificates of CreateListener or ModifyListener over what holds.
ApiResult<void> read_listener(Elb& elb, Listener& listener, const LoadBalancer& balancer,
                              const Json& input) {
  if (std::string protocol = input::text(input, "Protocol"); !protocol.empty())
    listener.protocol = std::move(protocol);
  if (!fits(balancer, listener.protocol))
    return validation_error(
        fmt::format("Protocol '{}' is not supported by load balancers of type '{}'",
                    listener.protocol, balancer.type));
  if (!input::member(input, "Port").is_null()) {
    const auto port = input::integer(input, "Port");
    if (!port || *port < 1 || *port > 65'535)
      return validation_error("The port of a listener must be from 1 to 65535");
    listener.port = static_cast<int>(*port);
  }
  if (listener.port == 0 && balancer.type != "gateway")
    return validation_error("A port must be specified");
  for (const std::string& arn : balancer.listeners) {
    const Listener& other = elb.listeners.at(arn);
    if (arn != listener.arn && other.port == listener.port)
      return ApiError{"DuplicateListener",
                      fmt::format("A listener already exists on this port for this load balancer "
                                  "'{}'",
                                  balancer.arn)};
  }
  if (const Json& given = input::member(input, "Certificates"); given.is_array())
    listener.certificates = given;
  if (std::string policy = input::text(input, "SslPolicy"); !policy.empty())
    listener.ssl_policy = std::move(policy);
  if (const Json& given = input::member(input, "AlpnPolicy"); given.is_array())
    listener.alpn = given;
  const bool secure = listener.protocol == "HTTPS" || listener.protocol == "TLS";
  if (secure && listener.certificates.empty())
    return validation_error(
        fmt::format("A certificate must be specified for {} listeners", listener.protocol));
  if (secure && listener.ssl_policy.empty()) listener.ssl_policy = "ELBSecurityPolicy-2016-08";
  return {};
}

ApiResult<void> read_default_actions(Elb& elb, Listener& listener, const LoadBalancer& balancer,
                                     const Json& actions) {
  ApiResult<Routing> routing = read_actions(elb, balancer, actions);
  if (!routing) return routing.error();
  listener.otherwise.routing = *std::move(routing);
  listener.otherwise.actions = actions;
  return {};
}

/// "This operation is idempotent ... If you attempt to create multiple listeners with the same
/// settings, each call succeeds."
Listener* same_listener(Elb& elb, const LoadBalancer& balancer, const Json& input) {
  for (const std::string& arn : balancer.listeners) {
    Listener& held = elb.listeners.at(arn);
    if (input::integer(input, "Port") == held.port &&
        input::text(input, "Protocol") == held.protocol &&
        input::member(input, "DefaultActions") == held.otherwise.actions)
      return &held;
  }
  return nullptr;
}

}  // namespace

ApiResult<Listener*> add_listener(Elb& elb, const Json& input, Stands stands) {
  const std::string balancer_arn = input::text(input, "LoadBalancerArn");
  LoadBalancer* balancer = elb.find_load_balancer(balancer_arn);
  if (balancer == nullptr) return no_load_balancer(balancer_arn);
  if (balancer->listeners.size() >= kMostListeners)
    return ApiError{"TooManyListeners",
                    fmt::format("A load balancer can have at most {} listeners", kMostListeners)};
  if (Listener* same = same_listener(elb, *balancer, input);
      same != nullptr && stands == Stands::no)
    return same;
  Listener made;
  made.load_balancer = balancer->arn;
  if (auto read = read_listener(elb, made, *balancer, input); !read) return read.error();
  if (auto read =
          read_default_actions(elb, made, *balancer, input::member(input, "DefaultActions"));
      !read)
    return read.error();
  const std::string id = next_id(elb, "listener");
  made.arn = arn(balancer->place, "elasticloadbalancing",
                 fmt::format("listener/{}/{}", balancer->full_name, id));
  made.otherwise.arn =
      arn(balancer->place, "elasticloadbalancing",
          fmt::format("listener-rule/{}/{}/{}", balancer->full_name, id, next_id(elb, "rule")));
  made.tags = input::tags(input::member(input, "Tags"));
  balancer->listeners.insert(made.arn);
  std::string key = made.arn;
  Listener& added = elb.listeners[std::move(key)] = std::move(made);
  refresh_associations(elb, stands);
  return &added;
}

ApiResult<Json> create_listener(Elb& elb, const Request& request) {
  const ApiResult<Listener*> made = add_listener(elb, request.input, Stands::no);
  if (!made) return made.error();
  return Json{{"Listeners", Json::array({listener_json(**made)})}};
}

ApiResult<Json> delete_listener(Elb& elb, const Request& request) {
  const ApiResult<Listener*> asked = asked_listener(elb, request);
  if (!asked) return asked.error();
  const std::string arn = (*asked)->arn;
  if (LoadBalancer* balancer = elb.find_load_balancer((*asked)->load_balancer))
    balancer->listeners.erase(arn);
  elb.listeners.erase(arn);
  elb.cloud.resources().remove(arn);
  refresh_associations(elb);
  return Json::object();
}

ApiResult<Json> describe_listeners(Elb& elb, const Request& request) {
  const std::vector<std::string> arns = input::texts(request.input, "ListenerArns");
  const std::string balancer = input::text(request.input, "LoadBalancerArn");
  if (arns.empty() && balancer.empty())
    return validation_error("You must specify either listener ARNs or a load balancer ARN");
  if (!balancer.empty() && elb.find_load_balancer(balancer) == nullptr)
    return no_load_balancer(balancer);
  for (const std::string& arn : arns)
    if (elb.find_listener(arn) == nullptr) return no_listener();
  Json list = Json::array();
  for (const auto& [arn, listener] : elb.listeners)
    if (listener.load_balancer == balancer || std::ranges::count(arns, arn) > 0)
      list.push_back(listener_json(listener));
  return page_of(list, "Listeners", request.input);
}

ApiResult<Json> modify_listener(Elb& elb, const Request& request) {
  const ApiResult<Listener*> asked = asked_listener(elb, request);
  if (!asked) return asked.error();
  Listener changed = **asked;
  const LoadBalancer* balancer = elb.find_load_balancer(changed.load_balancer);
  if (balancer == nullptr) return no_load_balancer(changed.load_balancer);
  if (auto read = read_listener(elb, changed, *balancer, request.input); !read) return read.error();
  if (const Json& actions = input::member(request.input, "DefaultActions"); !actions.is_null())
    if (auto read = read_default_actions(elb, changed, *balancer, actions); !read)
      return read.error();
  **asked = std::move(changed);
  refresh_associations(elb);
  return Json{{"Listeners", Json::array({listener_json(**asked)})}};
}

// ---- Certificates: kept, and nothing more ----

ApiResult<Json> add_listener_certificates(Elb& elb, const Request& request) {
  const ApiResult<Listener*> asked = asked_listener(elb, request);
  if (!asked) return asked.error();
  const Json& given = input::member(request.input, "Certificates");
  if (!given.is_array()) return validation_error("At least one certificate must be specified");
  for (const Json& certificate : given)
    (*asked)->certificates.push_back(
        {{"CertificateArn", input::text(certificate, "CertificateArn")}, {"IsDefault", false}});
  return Json{{"Certificates", given}};
}

ApiResult<Json> describe_listener_certificates(Elb& elb, const Request& request) {
  const ApiResult<Listener*> asked = asked_listener(elb, request);
  if (!asked) return asked.error();
  return page_of((*asked)->certificates, "Certificates", request.input);
}

ApiResult<Json> remove_listener_certificates(Elb& elb, const Request& request) {
  const ApiResult<Listener*> asked = asked_listener(elb, request);
  if (!asked) return asked.error();
  const Json& given = input::member(request.input, "Certificates");
  Json kept = Json::array();
  for (const Json& held : (*asked)->certificates) {
    const bool goes =
        given.is_array() && std::ranges::any_of(given, [&](const Json& one) {
          return input::text(one, "CertificateArn") == input::text(held, "CertificateArn");
        });
    if (!goes) kept.push_back(held);
  }
  (*asked)->certificates = std::move(kept);
  return Json::object();
}

}  // namespace opsim::elb
