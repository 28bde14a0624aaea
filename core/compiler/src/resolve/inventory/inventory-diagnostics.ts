/** Every diagnostic of the inventory, for the reference; settings of items also give those of `settings/`. */
import { pluginFailed, undeclaredHook } from './ask-mode.ts';
import { addressOfGateway, addressOutside, addressTaken } from './check-addresses.ts';
import { bridgeTaken, bridgeTwice, subnetsOverlap } from './check-networks.ts';
import { interfaceTwice, macTwice } from './check-ports.ts';
import { translationTaken } from './check-translations.ts';
import { uplinkTaken, uplinkTwice } from './check-uplinks.ts';
import { declaredTwice, ignoredInPackage, reservedName } from './declarations.ts';
import { addressOrPrefix, addressTwice, anyNotAlone, learnedAddress } from './port-addresses.ts';
import { labelForm } from './read-guest.ts';
import { unusableMac } from './read-mac.ts';
import { reachesItself, subnetMissing, subnetUnwanted, unknownMode } from './read-network.ts';
import { filterTwice } from './read-policy-uses.ts';
import { noDefaultNetwork } from './read-port.ts';
import { gatewayOutside, gatewayTwice, gatewayUnusable, subnetLength } from './read-subnets.ts';
import { unusableAddress } from './unusable-address.ts';

/** By code. */
export const inventoryDiagnostics = [
  addressOfGateway,
  addressOrPrefix,
  addressOutside,
  addressTaken,
  addressTwice,
  anyNotAlone,
  bridgeTaken,
  bridgeTwice,
  declaredTwice,
  filterTwice,
  gatewayOutside,
  gatewayTwice,
  gatewayUnusable,
  ignoredInPackage,
  interfaceTwice,
  labelForm,
  learnedAddress,
  macTwice,
  noDefaultNetwork,
  pluginFailed,
  reachesItself,
  reservedName,
  subnetLength,
  subnetMissing,
  subnetUnwanted,
  subnetsOverlap,
  translationTaken,
  undeclaredHook,
  unknownMode,
  unusableAddress,
  unusableMac,
  uplinkTaken,
  uplinkTwice,
] as const;
