/**
 * Socket addresses: `{ host, port }` to and from the C structs `sockaddr_in` and `sockaddr_in6`.
 *
 *     sockaddr_in   family 2 | port 2 | address 4  | zero 8                 ip(7)
 *     sockaddr_in6  family 2 | port 2 | flow 4 | address 16 | scope 4       ipv6(7)
 *
 * Port and address are in network byte order, the family in the machine's. On BSD the first byte is the length of the
 * struct and the second is the family. Hosts are numeric: `resolveHost` looks up names, which is slow and asynchronous.
 *
 * A link-local IPv6 address (fe80::/10) is valid on one network interface, the zone: `fe80::1%eth0`, or its number,
 * `fe80::1%2`. The struct has the number, in the machine's byte order.
 */
import { lookup } from 'node:dns/promises';
import { isIPv4, isIPv6 } from 'node:net';
import { checkInteger } from './arguments.ts';
import { check } from './descriptor.ts';
import { SocketError } from './error.ts';
import { libc } from './libc.ts';
import { platform } from './platform.ts';

/** One end of a TCP connection. */
export interface SocketAddress {
  /** Numeric IPv4 or IPv6 address, link-local ones with their zone: `fe80::1%eth0`. */
  readonly host: string;
  /** 0 to 65535. */
  readonly port: number;
  readonly family: 'IPv4' | 'IPv6';
}

const SOCKADDR_IN_BYTES = 16;
const SOCKADDR_IN6_BYTES = 28;
const IPV4_OFFSET = 4;
const IPV6_OFFSET = 8;
const SCOPE_OFFSET = 24;

/** A struct, which must not be changed, and its address family. */
interface EncodedAddress {
  readonly family: number;
  readonly bytes: Uint8Array;
}

/** Structs by host and port: a program that makes many connections uses few addresses. */
const encoded = new Map<string, EncodedAddress>();
const MAX_ENCODED = 1024;

/** IF_NAMESIZE: the longest name of a network interface with its final zero byte. */
const INTERFACE_NAME_BYTES = 16;

/** INET6_ADDRSTRLEN: the longest text of an address with its final zero byte. */
const ADDRESS_TEXT_BYTES = 46;

/** Writes an address as the struct that `bind(2)` and `connect(2)` take; errors begin with the name of the call. */
export function encodeAddress(call: string, host: string, port: number): EncodedAddress {
  const key = `${host} ${port}`;
  let address = encoded.get(key);
  if (address === undefined) {
    address = encode(call, host, port);
    // The number of an interface can change.
    if (host.includes('%')) return address;
    if (encoded.size >= MAX_ENCODED) encoded.clear();
    encoded.set(key, address);
  }
  return address;
}

function encode(call: string, host: string, port: number): EncodedAddress {
  checkInteger(call, 'port', port, 0, 65_535);
  const { AF_INET, AF_INET6, sockaddrHasLength } = platform();
  const family = isIPv4(host) ? AF_INET : AF_INET6;
  const bytes = new Uint8Array(family === AF_INET ? SOCKADDR_IN_BYTES : SOCKADDR_IN6_BYTES);
  const offset = family === AF_INET ? IPV4_OFFSET : IPV6_OFFSET;
  const [withoutZone, zone] = host.split('%') as [string, string | undefined];
  // isIPv6 accepts a zone, inet_pton refuses it.
  if (
    (family === AF_INET6 && !isIPv6(host)) ||
    libc().parseAddress(family, withoutZone, bytes.subarray(offset)) !== 1
  ) {
    throw new TypeError(
      `cannot ${call}: host must be a numeric IPv4 or IPv6 address, got '${host}' (resolveHost() looks up names)`,
    );
  }
  if (zone !== undefined) new Uint32Array(bytes.buffer, SCOPE_OFFSET, 1)[0] = interfaceNumber(zone);
  bytes[0] = sockaddrHasLength ? bytes.length : family;
  bytes[1] = sockaddrHasLength ? family : 0;
  bytes[2] = port >> 8;
  bytes[3] = port & 0xff;
  return { family, bytes };
}

/** Returns the number of a network interface; throws a SocketError if there is none of this name (ENODEV). */
function interfaceNumber(zone: string): number {
  if (/^\d+$/.test(zone)) return Number(zone);
  const number = libc().interfaceNumber(zone);
  if (number === 0) throw new SocketError('if_nametoindex', libc().errno(), { subject: zone });
  return number;
}

/** The address a socket is bound to. getsockname(2) */
export function localAddress(descriptor: number): SocketAddress {
  return unpackAddress(readAddress('getsockname', descriptor));
}

/** Writes `host:port`, with the brackets that an IPv6 address needs: `[::1]:80`. */
export function formatAddress({ host, port }: Pick<SocketAddress, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Looks up the numeric address of a host.
 *
 * @param host - A name such as `'localhost'`, or a numeric address, which is returned unchanged.
 * @throws Error of node:dns when there is no such host (`code` ENOTFOUND); TypeError when the host is empty.
 */
export async function resolveHost(host: string): Promise<string> {
  // For an empty name `lookup` returns null.
  if (host === '') throw new TypeError("cannot look up a host: host must be a name or a numeric address, got ''");
  return (await lookup(host)).address;
}

/**
 * An address in little memory, because every connection keeps one and few are read: for IPv4 the 32 bits of the address
 * and the 16 of the port in one number, for IPv6 the text `[host]:port`.
 */
export type PackedAddress = number | string;

const PORTS = 65_536;

/** Where system calls write an address. */
export const addressBuffer = new Uint8Array(SOCKADDR_IN6_BYTES);
const scope = new Uint32Array(addressBuffer.buffer, SCOPE_OFFSET, 1);
const length = new Int32Array(1);
const text = new Uint8Array(ADDRESS_TEXT_BYTES);

/** The length argument for {@link addressBuffer}: set again for each call, because calls overwrite it. */
export function addressLength(): Int32Array {
  length[0] = SOCKADDR_IN6_BYTES;
  return length;
}

/** Packs the address that a call has written into {@link addressBuffer}. */
export function packAddress(): PackedAddress {
  const { AF_INET, sockaddrHasLength } = platform();
  const bytes = addressBuffer;
  const family = bytes[sockaddrHasLength ? 1 : 0]!;
  const port = (bytes[2]! << 8) | bytes[3]!;
  if (family === AF_INET) {
    let bits = 0;
    for (let at = IPV4_OFFSET; at < IPV4_OFFSET + 4; at++) bits = bits * 256 + bytes[at]!;
    return bits * PORTS + port;
  }
  libc().formatAddress(family, bytes.subarray(IPV6_OFFSET), text, text.length);
  const host = readText(text);
  return formatAddress({ host: scope[0] === 0 ? host : `${host}%${interfaceName(scope[0]!)}`, port });
}

/** Returns the name of a network interface, or its number if the interface is gone. */
function interfaceName(number: number): string {
  const name = new Uint8Array(INTERFACE_NAME_BYTES);
  libc().interfaceName(number, name);
  return readText(name) || String(number);
}

/** Reads a text up to its zero byte. */
function readText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, 0, bytes.indexOf(0)).toString('latin1');
}

/** Turns a packed address into its parts. */
export function unpackAddress(packed: PackedAddress): SocketAddress {
  if (typeof packed === 'number') {
    const bits = Math.floor(packed / PORTS);
    const host = [bits >>> 24, (bits >>> 16) & 0xff, (bits >>> 8) & 0xff, bits & 0xff].join('.');
    return { host, port: packed % PORTS, family: 'IPv4' };
  }
  const colon = packed.lastIndexOf(':');
  return { host: packed.slice(1, colon - 1), port: Number(packed.slice(colon + 1)), family: 'IPv6' };
}

/** The port of a packed address. */
export function portOf(packed: PackedAddress): number {
  return typeof packed === 'number' ? packed % PORTS : Number(packed.slice(packed.lastIndexOf(':') + 1));
}

/** The address of the other end of a connection, packed. getpeername(2) */
export function packedPeerAddress(descriptor: number): PackedAddress {
  return readAddress('getpeername', descriptor);
}

function readAddress(call: 'getsockname' | 'getpeername', descriptor: number): PackedAddress {
  check(call, descriptor, libc()[call](descriptor, addressBuffer, addressLength()));
  return packAddress();
}
