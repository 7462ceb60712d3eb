// Addresses as Norsk helsenett's registers write them, alike in all of them.
#pragma once

#include "importers/virksomhet/node_builder.h"

namespace grunndata::importers::virksomhet {

/// `PhysicalAddresses`: RES is where people go, PST where letters go. Postal codes are integers
/// that have lost their zeros. An address of the unit above says so.
void put_physical_addresses(NodeBuilder& node, reading::JsonSlot addresses,
                            registry::virksomhet::Sensitivity sensitivity);
/// `ElectronicAddresses`, and those to come.
void put_electronic_addresses(NodeBuilder& node, reading::JsonSlot addresses);

} // namespace grunndata::importers::virksomhet
