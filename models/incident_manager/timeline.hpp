#pragma once
/// What both halves of the folder tell an incident's timeline.
#include <string>
#include <string_view>

#include "opsim/cloud/cloud.hpp"

namespace opsim::incident_manager {

/// Adds an event to the timeline of an incident; nothing happens where there is no such incident.
/// `type`: "SSM Contacts Page for Incident", ...; `data` becomes eventData, a JSON text.
void tell_incident(Cloud& cloud, std::string_view incident_arn, std::string_view type,
                   const Json& data);

}  // namespace opsim::incident_manager
